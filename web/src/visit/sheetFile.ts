import { Trouble } from "../client.ts";
import type { Language } from "../generated/types.ts";

/** What the file is called, on this phone and wherever it is sent: it names nobody. */
export const NAME = "visit-sheet.pdf";
const TYPE = "application/pdf";
const PATIENCE_MS = 20_000;

export function addressOf(language: Language): string {
  return `/me/visit-sheet.pdf?language=${language}`;
}

/** Whether this browser hands files to other apps of the phone. */
export function canShare(): boolean {
  return navigator.canShare?.({ files: [new File([""], NAME, { type: TYPE })] }) ?? false;
}

/** The sheet as a file. Raises `Trouble` where it cannot be had. */
export async function sheetFile(language: Language): Promise<File> {
  const response = await reach(addressOf(language));
  if (response.ok) return new File([await response.blob()], NAME, { type: TYPE });
  const { code, detail } = await response.json().catch(() => ({ code: undefined, detail: `HTTP ${response.status}` }));
  throw new Trouble(code && code !== "TRY_AGAIN" ? "refused" : "fault", String(detail), code);
}

async function reach(address: string): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Trouble("offline", "No connection.");
  }
}
