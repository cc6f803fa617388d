/**
 * A number as the service takes it: with its country code. Ten digits, or eleven that start with 1, are taken to be
 * of the US and Canada, as the sign-in page says; anything else is left as it was written.
 */
export function withCountryCode(typed: string): string {
  const text = typed.trim();
  if (text.startsWith("+") || text.startsWith("00")) return text;
  const digits = text.replaceAll(/\D/g, "");
  if (digits.length === 10) return `+1${digits}`;
  return digits.length === 11 && digits.startsWith("1") ? `+${digits}` : text;
}

/** A number of the service as people read it: "+1 202 555 0100"; other countries' are left as they are. */
export function spaced(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");
}
