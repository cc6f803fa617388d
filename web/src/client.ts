import type { Operation } from "./operation.ts";

/**
 * Why no answer came: no connection, a fault of the service, a refusal of the whole question, or a page that is older
 * than the service, which does not know its questions any more.
 */
export class Trouble extends Error {
  readonly kind: "offline" | "fault" | "refused" | "outdated";
  /** A code of the contract, or one of the road to it, such as PAYLOAD_TOO_LARGE. */
  readonly code: string | undefined;

  constructor(kind: Trouble["kind"], message: string, code?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

interface Envelope<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const PATIENCE_MS = 20_000;
const UNKNOWN = "UNKNOWN_DOCUMENT";

/**
 * Sends one operation to the service this page came from.
 * Raises `Trouble`; typed problems of a mutation are part of its answer instead.
 */
export async function send<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  options: { keepalive?: boolean } = {},
): Promise<Data> {
  const response = await reach({
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
    },
    credentials: "same-origin",
    cache: "no-store",
    keepalive: options.keepalive ?? false,
    body: JSON.stringify({ documentId: operation.id, variables, operationName: operation.name }, whole),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await read<Data>(response);
  const [error] = answer.errors ?? [];
  if (error) {
    const code = error.extensions?.code;
    throw new Trouble(code === UNKNOWN ? "outdated" : code ? "refused" : "fault", error.message, code);
  }
  if (answer.data === undefined || answer.data === null) throw new Trouble("fault", `HTTP ${response.status}`);
  return answer.data;
}

/** Half a character, which cutting an emoji leaves, is no JSON for the service: what holds one could never be sent. */
function whole(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value;
}

async function reach(request: RequestInit): Promise<Response> {
  try {
    return await fetch("/graphql", request);
  } catch {
    throw new Trouble("offline", "No connection.");
  }
}

async function read<Data>(response: Response): Promise<Envelope<Data>> {
  try {
    return (await response.json()) as Envelope<Data>;
  } catch {
    throw new Trouble("fault", `HTTP ${response.status}`);
  }
}
