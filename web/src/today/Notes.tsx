import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { Notes as NotesOfDay } from "../generated/operations.ts";
import { Icon } from "../parts/Icon.tsx";
import { draftedText, dropDraft, keepDraft, NOTE } from "../queue/drafts.ts";
import { isNote, type WaitingNote } from "../queue/waiting.ts";
import { usePatient, useSession } from "../session.tsx";
import { type StandingNote, standingNotes } from "./notes.ts";
import type { Diary } from "./useDiary.ts";

const MOST = 50;
const LONGEST = 1000;
const NEW = "new";
const ADD = "add-note";

/** A day's notes in somebody's own words: as many as they like, none needed. */
export function Notes({ diary, about }: { diary: Diary; about: string }) {
  const { words } = useSession();
  const notes = useNotes(diary, about);
  const [open, setOpen] = useState<string>();
  /** Those that were deleted since the page was opened: one tap brings them back. */
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const close = () => {
    setOpen(undefined);
    requestAnimationFrame(() => document.getElementById(ADD)?.focus());
  };
  const editing = notes.standing.find(({ id }) => id === open);
  return (
    <section class="notes" aria-labelledby="notes">
      <h2 id="notes">{words.say("notes.title")}</h2>
      {notes.standing.map((note) => {
        if (note.id === open) return null;
        if (note.text === undefined) return gone.has(note.id) && <Gone key={note.id} note={note} notes={notes} />;
        const remove = () => {
          setGone((before) => new Set(before).add(note.id));
          if (note.refused) notes.discard(note.refused);
          else void notes.say(undefined, note);
        };
        return <OneNote key={note.id} note={note} edit={() => setOpen(note.id)} remove={remove} />;
      })}
      {open ? (
        <Writing
          key={open}
          about={about}
          note={editing}
          save={(text) => notes.say(text, editing).then(close)}
          close={close}
        />
      ) : (
        <button type="button" id={ADD} onClick={() => setOpen(NEW)}>
          {words.say("notes.add")}
        </button>
      )}
    </section>
  );
}

interface NotesHere {
  standing: readonly StandingNote[];
  /** Writes a new note or other words for one; without words it is deleted. Comes back when this phone holds it. */
  say: (text: string | undefined, note?: StandingNote) => Promise<void>;
  discard: (waiting: WaitingNote) => void;
}

function useNotes({ queue }: Diary, about: string): NotesHere {
  const patient = usePatient();
  const asked = useQuery(NotesOfDay, { first: MOST, after: null, from: about, to: about });
  const { received } = queue;
  const { reload } = asked;
  useEffect(() => {
    if (received) reload();
  }, [received, reload]);
  const told = asked.data?.notes.edges.map(({ node }) => node) ?? [];
  const isHere = (one: { about: string }) => one.about === about;
  const standing = standingNotes(told, queue.notes.filter(isHere), queue.waiting.filter(isNote).filter(isHere));
  return {
    standing,
    discard: queue.discard,
    say: async (text, note) => {
      const id = crypto.randomUUID();
      const act = text === undefined ? "WITHDRAW_NOTE" : note && !note.refused ? "AMEND_NOTE" : "RECORD_NOTE";
      await queue.save({
        id,
        act,
        patient: patient.id,
        entry: act === "RECORD_NOTE" ? id : (note?.id ?? id),
        about,
        timeZone: patient.settings.timeZone,
        clientAt: new Date().toISOString(),
        ...(note?.saidAt ? { buildsOn: note.saidAt } : {}),
        text: text ?? "",
      });
      if (note?.refused) queue.discard(note.refused);
    },
  };
}

interface OneNoteProps {
  note: StandingNote;
  edit: () => void;
  remove: () => void;
}

function OneNote({ note: { text, waiting, refused }, edit, remove }: OneNoteProps) {
  const { words } = useSession();
  const reason = refused?.refused && (words.known(`problem.${refused.refused.code}`) ?? refused.refused.message);
  return (
    <article class="own-words">
      <p>{text}</p>
      {waiting && !refused && (
        <p class="hint">
          <Icon name="phone" /> {words.say("today.savedHere")}
        </p>
      )}
      {reason && <p class="fault">{words.say("today.refused", { reason })}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={edit}>
          {words.say("notes.edit")}
        </button>
        <button type="button" class="quiet" onClick={remove}>
          {words.say("notes.delete")}
        </button>
      </div>
    </article>
  );
}

/** Takes the place of a deleted note; the way back has the focus, as the button that was tapped is gone. */
function Gone({ note, notes }: { note: StandingNote; notes: NotesHere }) {
  const { words } = useSession();
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => undo.current?.focus(), []);
  const { before } = note;
  return (
    <div class="note-gone">
      <p>{words.say("notes.deleted")}</p>
      {before && (
        <button type="button" class="quiet" ref={undo} onClick={() => void notes.say(before, note)}>
          {words.say("action.undo")}
        </button>
      )}
    </div>
  );
}

interface WritingProps {
  about: string;
  note: StandingNote | undefined;
  save: (text: string) => Promise<void>;
  close: () => void;
}

/** What is being written is kept on this phone at every stroke. */
function Writing({ about, note, save, close }: WritingProps) {
  const { words } = useSession();
  const { id: patient } = usePatient();
  const id = useId();
  const key = { patient, instrumentId: `${NOTE}:${note?.id ?? NEW}`, about };
  const [text, setText] = useState(note?.text ?? "");
  const [fault, setFault] = useState<"empty" | "storage">();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once; the component is made anew for another note.
  useEffect(() => {
    void draftedText(key).then((kept) => kept && setText((typed) => typed || kept));
    document.getElementById(id)?.focus();
  }, []);
  const submit = async () => {
    const given = text.trim();
    if (!given) return setFault("empty");
    try {
      if (given !== note?.text) await save(given);
      else close();
      await dropDraft(key);
    } catch {
      setFault("storage");
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="field">
        <label for={id}>{words.say(note ? "notes.edit" : "notes.add")}</label>
        <p class="hint" id={`${id}-hint`}>
          {words.say("notes.hint")}
        </p>
        <textarea
          id={id}
          rows={4}
          maxLength={LONGEST}
          value={text}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget: { value } }) => {
            setText(value);
            setFault(undefined);
            void keepDraft({ ...key, text: value });
          }}
        />
        <p class="fault" role="alert">
          {fault && words.say(fault === "empty" ? "notes.empty" : "today.fault.storage")}
        </p>
      </div>
      <div class="step-buttons">
        <button
          type="button"
          onClick={() => {
            void dropDraft(key);
            close();
          }}
        >
          {words.say("action.cancel")}
        </button>
        <button type="submit" class="primary">
          {words.say("notes.save")}
        </button>
      </div>
    </form>
  );
}
