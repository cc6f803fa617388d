/** What this phone has told its owner already: moments at which passkeys were added. */
const KEPT = "passkeys-noticed";
const MOST = 20;
const TOLD_FOR_MS = 30 * 86_400_000;

/** Whether a passkey was added lately of which nobody on this phone has been told. */
export function isNews(addedAt: string | null | undefined, now: number): addedAt is string {
  return Boolean(addedAt) && now - Date.parse(addedAt ?? "") < TOLD_FOR_MS && !noticed().includes(addedAt ?? "");
}

export function keepNoticed(addedAt: string): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify([addedAt, ...noticed()].slice(0, MOST)));
  } catch {
    // A phone that keeps nothing says it again.
  }
}

function noticed(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
