import { useQuery } from "../asking.ts";
import { MyAdherence } from "../generated/operations.ts";
import { WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";

const DAYS = 30;

/** How the last thirty days were kept, told as it was: nobody is scolded. */
export function Adherence() {
  const { words } = useSession();
  const asked = useQuery(MyAdherence, { days: DAYS });
  return (
    <section class="adherence" aria-label={words.say("adherence.title")}>
      <h2>{words.say("adherence.title")}</h2>
      <WhenReady asked={asked} lines={2}>
        {({ myAdherence: kept }) => {
          if (!kept || kept.days === 0) return <p class="hint">{words.say("adherence.empty")}</p>;
          if (kept.answered === 0) return <p>{words.say("adherence.none")}</p>;
          const more = [
            kept.byText > 0 && kept.onWeb > 0 && words.say("adherence.roads", { text: kept.byText, web: kept.onWeb }),
            kept.late > 0 && words.count("adherence.late", kept.late),
            kept.prompted > 0 && kept.unprompted > 0 && words.count("adherence.unprompted", kept.unprompted),
            kept.lost > 0 && words.count("adherence.lost", kept.lost),
          ].filter(Boolean);
          return (
            <>
              <p>{words.count("adherence.answered", kept.days, { answered: kept.answered })}</p>
              {more.length > 0 && <p class="hint">{more.join(" ")}</p>}
            </>
          );
        }}
      </WhenReady>
    </section>
  );
}
