import type { AnswerInput, InstrumentsQuery } from "../generated/types.ts";
import { Icon } from "../parts/Icon.tsx";
import { useAnswerText } from "../parts/Rating.tsx";
import { Status } from "../parts/Waiting.tsx";
import { useQueue } from "../queue/useQueue.ts";
import type { Waiting } from "../queue/waiting.ts";
import { usePatient, useSession } from "../session.tsx";

interface SavedProps {
  daily: InstrumentsQuery["instruments"][number];
  answers: readonly AnswerInput[];
  waiting: Waiting | undefined;
  receivedAt: string | undefined;
  change: () => void;
  undo?: () => void;
}

/** What was saved, and whether the service has it or this phone alone. */
export function Saved({ daily, answers, waiting, receivedAt, change, undo }: SavedProps) {
  const { words } = useSession();
  const text = useAnswerText();
  return (
    <div class="saved">
      <Status>
        <Whereabouts waiting={waiting} receivedAt={receivedAt} />
      </Status>
      <dl class="answers">
        {daily.items.map((item) => {
          const answer = answers.find(({ itemId }) => itemId === item.id);
          return (
            answer && (
              <div key={item.id}>
                <dt>{item.label}</dt>
                <dd>{text(answer)}</dd>
              </div>
            )
          );
        })}
      </dl>
      <div class="row">
        {undo && (
          <button type="button" onClick={undo}>
            {words.say("today.undo")}
          </button>
        )}
        <button type="button" onClick={change}>
          {words.say("today.change")}
        </button>
      </div>
      <p>
        <a class="way" href="/trend">
          {words.say("today.toTrend")}
        </a>
      </p>
    </div>
  );
}

function Whereabouts({ waiting, receivedAt }: Pick<SavedProps, "waiting" | "receivedAt">) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const queue = useQueue();
  if (waiting?.refused) {
    return (
      <div class="problem">
        <Icon name="problem" />
        <div>
          <p>{words.say("today.refused", { reason: waiting.refused })}</p>
          <button type="button" class="quiet" onClick={() => queue?.discard(waiting)}>
            {words.say("today.discard")}
          </button>
        </div>
      </div>
    );
  }
  if (waiting) {
    return (
      <div class="whereabouts whereabouts-here">
        <Icon name="phone" />
        <p>
          <strong>{words.say("today.savedHere")}</strong> {words.say("today.savedHereText")}
        </p>
      </div>
    );
  }
  return (
    <div class="whereabouts">
      <Icon name="check" />
      <p>
        <strong>{words.say("today.received")}</strong>{" "}
        {receivedAt && words.say("today.receivedAt", { time: dates.time(receivedAt, settings.timeZone) })}
      </p>
    </div>
  );
}
