/** Why somebody has to wait: for another code, for another try, or because no codes are texted at all. */
export type WaitReason = "codes" | "tries" | "texts";

export interface Waiting {
  reason: WaitReason;
  /** In milliseconds since 1970, by this phone's clock. */
  until: number;
}

export const HOUR_MS = 3_600_000;

export function waiting(reason: WaitReason, seconds: number): Waiting {
  return { reason, until: Date.now() + seconds * 1000 };
}

/** Minutes and seconds as a clock shows them: "4:05". */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
