import type { AnswerInput, ProblemCode, RecordCheckInMutation, RecordNoteMutation } from "../generated/types.ts";

/** An entry as the service acknowledged it. */
export type Receipt = Extract<RecordCheckInMutation["recordCheckIn"], { __typename: "CheckInRecorded" }>["checkIn"];

/** A note as the service acknowledged it. */
export type NoteReceipt = Extract<RecordNoteMutation["recordNote"], { __typename: "NoteRecorded" }>["note"];
/** Fixed words for somebody whose own words speak of danger. */
export type Safety = NonNullable<Extract<RecordNoteMutation["recordNote"], { __typename: "NoteRecorded" }>["safety"]>;

/** What somebody saved on this phone and the service has not acknowledged yet. */
interface Act {
  /** The act's own id: sending it again changes nothing. */
  readonly id: string;
  readonly patient: string;
  /** The entry or note that it is about; a first save's own id. */
  readonly entry: string;
  readonly about: string;
  readonly timeZone: string;
  /** The moment of the tap, by this phone's clock. */
  readonly clientAt: string;
  /** The moment of what the person saw: what they say comes after it, however slow this phone's clock is. */
  readonly buildsOn?: string;
  /** Why the service does not take it as it is. */
  readonly refused?: Refusal;
}

/** A first save; answers to lay over an entry that is there, or waits here, already; or taking that one back. */
export interface WaitingCheckIn extends Act {
  readonly act: "RECORD" | "AMEND" | "WITHDRAW";
  readonly instrumentId: string;
  readonly answers: readonly AnswerInput[];
}

/** The same for a note. */
export interface WaitingNote extends Act {
  readonly act: "RECORD_NOTE" | "AMEND_NOTE" | "WITHDRAW_NOTE";
  readonly text: string;
}

export type Waiting = WaitingCheckIn | WaitingNote;

export function isNote(waiting: Waiting): waiting is WaitingNote {
  return "text" in waiting;
}

export interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
}

/** What waits on this phone, in the order of saving, and what was acknowledged lately. */
export interface Room {
  /** All or none. Raises where the phone cannot store anything. One that is here already is replaced in its place. */
  keep(...waiting: readonly Waiting[]): Promise<void>;
  drop(waiting: Waiting): Promise<void>;
  /** Drops it and keeps the receipt of a check-in, both or neither. Notes are not kept: they are somebody's own words. */
  settle(waiting: Waiting, receipt?: Receipt): Promise<void>;
  of(patient: string): Promise<Waiting[]>;
  receipts(patient: string): Promise<Receipt[]>;
  /** Forgets receipts and unsaved taps of everybody; what waits stays. */
  forget(): Promise<void>;
}

/** What rests on something that the service refused waits for it. */
export function rests(waiting: Waiting, all: readonly Waiting[]): boolean {
  return all.some((other) => other.refused && other.id !== waiting.id && other.id === waiting.entry);
}

/** For phones that store nothing: it lasts as long as the page. */
export class PassingRoom implements Room {
  readonly #waiting = new Map<string, Waiting>();
  readonly #receipts = new Map<string, { patient: string; receipt: Receipt }>();

  async keep(...waiting: readonly Waiting[]): Promise<void> {
    for (const one of waiting) this.#waiting.set(one.id, one);
  }

  async drop(waiting: Waiting): Promise<void> {
    this.#waiting.delete(waiting.id);
  }

  async settle(waiting: Waiting, receipt?: Receipt): Promise<void> {
    this.#waiting.delete(waiting.id);
    if (receipt) this.#receipts.set(receipt.id, { patient: waiting.patient, receipt });
  }

  async of(patient: string): Promise<Waiting[]> {
    return [...this.#waiting.values()].filter((one) => one.patient === patient);
  }

  async receipts(patient: string): Promise<Receipt[]> {
    return [...this.#receipts.values()].filter((one) => one.patient === patient).map(({ receipt }) => receipt);
  }

  async forget(): Promise<void> {
    this.#receipts.clear();
  }
}
