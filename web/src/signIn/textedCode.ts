import { useEffect, useRef } from "preact/hooks";

interface TextedCode extends Credential {
  readonly code: string;
}

/** Takes the code out of the text where the phone offers that (WebOTP) and the person agrees. */
export function useTextedCode(fill: (code: string) => void): void {
  const latest = useRef(fill);
  latest.current = fill;
  useEffect(() => {
    if (!("OTPCredential" in window)) return undefined;
    const left = new AbortController();
    const wish = { otp: { transport: ["sms"] }, signal: left.signal } as CredentialRequestOptions;
    // It is an extra: whatever stands in its way, the code can be typed.
    navigator.credentials.get(wish).then(
      (found) => found && latest.current((found as TextedCode).code),
      () => undefined,
    );
    return () => left.abort();
  }, []);
}
