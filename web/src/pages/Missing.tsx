import { Page } from "../parts/Page.tsx";
import { useSession } from "../session.tsx";

export function Missing() {
  const { words } = useSession();
  return (
    <Page title={words.say("missing.title")}>
      <p>{words.say("missing.text")}</p>
      <a class="button primary" href="/">
        {words.say("missing.home")}
      </a>
    </Page>
  );
}

/** A page that exists, for somebody else. */
export function NotForYou({ home }: { home: string }) {
  const { words } = useSession();
  return (
    <Page title={words.say("notForYou.title")}>
      <p>{words.say("notForYou.text")}</p>
      <a class="button primary" href={home}>
        {words.say("missing.home")}
      </a>
    </Page>
  );
}

/** For roles whose own pages are still to come. */
export function NothingYet() {
  const { words, me } = useSession();
  return (
    <Page title={words.say("nothingYet.title", { name: me?.name ?? "" })}>
      <p>{words.say("nothingYet.text")}</p>
    </Page>
  );
}
