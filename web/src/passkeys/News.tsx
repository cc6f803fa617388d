import { useState } from "preact/hooks";
import { useSession } from "../session.tsx";
import { isNews, keepNoticed } from "./noticed.ts";

/** Tells that a passkey was added, perhaps elsewhere and by somebody else, until its owner says that it is theirs. */
export function News() {
  const { words, dates, me } = useSession();
  const [, setTold] = useState(0);
  const addedAt = me?.newestPasskeyAt;
  if (!isNews(addedAt, Date.now())) return null;
  const mine = () => {
    keepNoticed(addedAt);
    setTold((count) => count + 1);
  };
  return (
    <div class="bulletin" role="status">
      <p>{words.say("passkeys.news", { date: dates.moment(addedAt) })}</p>
      <div class="row">
        <button type="button" onClick={mine}>
          {words.say("passkeys.newsMine")}
        </button>
        <a class="button" href="/passkeys">
          {words.say("passkeys.newsLook")}
        </a>
      </div>
    </div>
  );
}
