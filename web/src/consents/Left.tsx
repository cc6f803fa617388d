import { Page } from "../parts/Page.tsx";
import { usePatient, useSession } from "../session.tsx";

/** In the place of what the registry does not do for somebody who has stopped the use of their data. */
export function Left() {
  const { words } = useSession();
  const { erasure } = usePatient();
  return (
    <Page title={words.say("left.title")}>
      <p>{words.say("left.text")}</p>
      <a class="button primary" href={erasure ? "/erase" : "/leave"}>
        {words.say("left.back")}
      </a>
      <p>
        <a class="way" href="/trend">
          {words.say("left.read")}
        </a>
      </p>
    </Page>
  );
}
