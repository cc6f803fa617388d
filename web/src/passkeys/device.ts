import type {
  PasskeyAssertionInput,
  PasskeyAttestationInput,
  StartPasskeyRegistrationMutation,
  StartStepUpMutation,
} from "../generated/types.ts";
import { toBytes, toText } from "./base64url.ts";

type Started<Answer> = Extract<Answer, { options: unknown }>["options"];
export type CreationOptions = Started<StartPasskeyRegistrationMutation["startPasskeyRegistration"]>;
export type RequestOptions = Started<StartStepUpMutation["startStepUp"]>;

/** Why the device gave no answer. "cancelled" is also what a browser says when the time was over. */
export class DeviceRefused extends Error {
  readonly kind: "cancelled" | "known" | "unsupported";

  constructor(kind: DeviceRefused["kind"]) {
    super(kind);
    this.kind = kind;
  }
}

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "credentials" in navigator;
}

/** Whether the browser can offer passkeys where the number is typed, without a press of a button. */
export async function offersPasskeys(): Promise<boolean> {
  if (!knowsPasskeys()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

export async function makePasskey(options: CreationOptions): Promise<{ made: PasskeyAttestationInput; here: boolean }> {
  const { authenticatorSelection, ...rest } = options;
  const publicKey = {
    ...rest,
    user: { ...options.user, id: toBytes(options.user.id) },
    challenge: toBytes(options.challenge),
    excludeCredentials: options.excludeCredentials.map(descriptor),
    authenticatorSelection,
  } as PublicKeyCredentialCreationOptions;
  const credential = await answered(() => navigator.credentials.create({ publicKey }));
  const response = credential.response as AuthenticatorAttestationResponse;
  const made = {
    id: credential.id,
    clientDataJSON: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
  return { made, here: credential.authenticatorAttachment !== "cross-platform" };
}

/** Asks for a proof: in a window of the browser's own, or, with `quietly`, among the suggestions of a field. */
export async function provePasskey(
  options: RequestOptions,
  quietly?: { signal: AbortSignal },
): Promise<PasskeyAssertionInput> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: options.allowCredentials.map(descriptor),
  } as PublicKeyCredentialRequestOptions;
  const credential = await answered(() =>
    navigator.credentials.get(quietly ? { publicKey, mediation: "conditional", ...quietly } : { publicKey }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    id: credential.id,
    clientDataJSON: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: response.userHandle && toText(response.userHandle),
  };
}

function descriptor({ id, type, transports }: RequestOptions["allowCredentials"][number]) {
  return { id: toBytes(id), type, transports };
}

async function answered(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!knowsPasskeys()) throw new DeviceRefused("unsupported");
  try {
    const credential = await ask();
    if (credential) return credential as PublicKeyCredential;
  } catch (fault) {
    throw new DeviceRefused(kindOf(fault));
  }
  throw new DeviceRefused("cancelled");
}

function kindOf(fault: unknown): DeviceRefused["kind"] {
  const name = fault instanceof Error ? fault.name : "";
  if (name === "InvalidStateError") return "known";
  return name === "NotAllowedError" || name === "AbortError" ? "cancelled" : "unsupported";
}
