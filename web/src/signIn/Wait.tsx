import { useEffect, useState } from "preact/hooks";
import { Status } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { clock, HOUR_MS, type Waiting } from "./waiting.ts";

interface WaitProps {
  wait: Waiting | undefined;
  over: () => void;
}

/** How long to wait, and why, without blame. It ticks for the eye; it is read aloud at its start and its end. */
export function Wait({ wait, over }: WaitProps) {
  const { words } = useSession();
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    if (wait) setEnded(false);
  }, [wait]);
  return (
    <>
      {wait && (
        <Countdown
          key={wait.until}
          wait={wait}
          over={() => {
            setEnded(true);
            over();
          }}
        />
      )}
      <Status>{ended && !wait && <p class="note note-good">{words.say("wait.over")}</p>}</Status>
    </>
  );
}

function Countdown({ wait, over }: { wait: Waiting; over: () => void }) {
  const { words, dates } = useSession();
  const [now, setNow] = useState(Date.now);
  const left = wait.until - now;
  useEffect(() => {
    if (left <= 0) {
      over();
      return undefined;
    }
    const timer = setTimeout(() => setNow(Date.now()), left % 1000 || 1000);
    return () => clearTimeout(timer);
  }, [left, over]);
  // Read once: what changes every second would never let anybody finish listening.
  const [spoken] = useState(() =>
    left > HOUR_MS
      ? words.say(`wait.${wait.reason}Until`, { when: dates.moment(new Date(wait.until).toISOString()) })
      : words.count(`wait.${wait.reason}Minutes`, Math.max(1, Math.ceil(left / 60_000))),
  );
  return (
    <div class="note">
      <p class={left > HOUR_MS ? "" : "visually-hidden"} role="status">
        {spoken}
      </p>
      {left <= HOUR_MS && (
        <p aria-hidden="true">
          {words.say(`wait.${wait.reason}`)} <strong class="clock">{clock(left)}</strong>
        </p>
      )}
    </div>
  );
}
