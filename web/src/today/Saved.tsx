import { openDay } from "../dates.ts";
import { Icon } from "../parts/Icon.tsx";
import { focusHeading } from "../parts/Page.tsx";
import { useAnswerText } from "../parts/Rating.tsx";
import { Status } from "../parts/Waiting.tsx";
import { useQueue } from "../queue/useQueue.ts";
import { usePatient, useSession } from "../session.tsx";
import type { Answers, Standing } from "./standing.ts";
import type { Instrument } from "./useDiary.ts";
import type { OneEntry } from "./useEntry.ts";

interface SavedProps {
  instrument: Instrument;
  entry: OneEntry;
  answers: Answers;
  change: () => void;
}

/** What was saved, and whether the service has it or this phone alone; nothing asks twice, everything can be undone. */
export function Saved({ instrument, entry, answers, change }: SavedProps) {
  const { words } = useSession();
  const text = useAnswerText();
  const { undo, withdraw } = entry;
  return (
    <div class="saved">
      <Status>
        <Whereabouts entry={entry} />
      </Status>
      <dl class="answers">
        {instrument.items.map((item) => {
          const answer = answers.find(({ itemId }) => itemId === item.id);
          return (
            answer && (
              <div key={item.id}>
                <dt>{item.label}</dt>
                <dd>{text(answer, item)}</dd>
              </div>
            )
          );
        })}
      </dl>
      <div class="row">
        {undo && (
          <button type="button" onClick={() => void undo().then(focusHeading)}>
            {words.say("action.undo")}
          </button>
        )}
        <button type="button" onClick={change}>
          {words.say("today.change")}
        </button>
        {!undo && !entry.refused && (
          <button type="button" class="quiet" onClick={() => void withdraw().then(focusHeading)}>
            {words.say("today.withdraw")}
          </button>
        )}
      </div>
    </div>
  );
}

interface TakenBackProps {
  entry: OneEntry;
  answers: Answers;
  anew: () => void;
}

/** An entry that was taken back: it counts nowhere, and one tap brings it back. */
export function TakenBack({ entry, answers, anew }: TakenBackProps) {
  const { words } = useSession();
  return (
    <div class="saved">
      <Status>
        <p class="note">
          {words.say("today.takenBack")} {entry.waiting && words.say("today.savedHereText")}
        </p>
      </Status>
      <div class="row">
        <button type="button" onClick={() => void entry.save(answers).then(focusHeading)}>
          {words.say("today.bringBack")}
        </button>
        <button type="button" onClick={anew}>
          {words.say("today.anew")}
        </button>
      </div>
    </div>
  );
}

function Whereabouts({ entry: { waiting, refused, received } }: { entry: Standing }) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const queue = useQueue();
  if (refused?.refused) {
    const reason = words.known(`problem.${refused.refused.code}`) ?? refused.refused.message;
    return (
      <div class="problem">
        <Icon name="problem" />
        <div>
          <p>{words.say("today.refused", { reason })}</p>
          <div class="row">
            <button type="button" class="quiet" onClick={() => queue?.again(refused)}>
              {words.say("action.retry")}
            </button>
            <button type="button" class="quiet" onClick={() => queue?.discard(refused)}>
              {words.say("today.discard")}
            </button>
          </div>
        </div>
      </div>
    );
  }
  if (waiting) {
    return (
      <div class="whereabouts whereabouts-here">
        <Icon name="phone" />
        <p>
          <strong>{words.say(queue?.lasting ? "today.savedHere" : "today.heldHere")}</strong>{" "}
          {words.say(queue?.lasting ? "today.savedHereText" : "today.heldHereText")}
        </p>
      </div>
    );
  }
  const at = received?.receivedAt;
  const onTheDay = at && openDay(new Date(at), settings.timeZone) === received.about;
  return (
    <div class="whereabouts">
      <Icon name="check" />
      <p>
        <strong>{words.say("today.received")}</strong>{" "}
        {at && (
          <span class="clock">
            {onTheDay ? dates.time(at, settings.timeZone) : dates.moment(at, settings.timeZone)}
          </span>
        )}
      </p>
    </div>
  );
}
