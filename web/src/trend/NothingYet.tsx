import { Empty } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";

/** A view without any rating, and the way to the first. */
export function NothingYet() {
  const { words } = useSession();
  return (
    <Empty>
      <p>{words.say("trend.empty")}</p>
      <a class="button primary" href="/today">
        {words.say("trend.start")}
      </a>
    </Empty>
  );
}
