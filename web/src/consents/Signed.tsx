import { useQuery } from "../asking.ts";
import { SignedConsent } from "../generated/operations.ts";
import { Page } from "../parts/Page.tsx";
import { WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { save } from "./saving.ts";
import { Text } from "./Text.tsx";

/** One text exactly as it was signed, and the file of it to keep. */
export function Signed({ id }: { id: string }) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const asked = useQuery(SignedConsent, { id });
  return (
    <WhenReady asked={asked} lines={6}>
      {({ me }) => {
        const signed = me.patient?.consentSignature;
        if (!signed) return <Page title={words.say("missing.title")}>{words.say("missing.text")}</Page>;
        const { copy, document } = signed;
        const name = `${signed.purpose.toLowerCase()}-${signed.version}-${signed.signedAt.slice(0, 10)}.html`;
        return (
          <Page title={words.say(`purpose.${signed.purpose}`)} lead={words.say("signed.lead")}>
            <dl class="facts">
              <dt>{words.say("signed.answer")}</dt>
              <dd>{words.say(`consent.state.${signed.decision}`)}</dd>
              <dt>{words.say("signed.when")}</dt>
              <dd>
                {dates.moment(signed.signedAt, settings.timeZone)} · {words.say(`how.${signed.how}`)}
              </dd>
              <dt>{words.say("signed.version")}</dt>
              <dd>{signed.version}</dd>
              <dt>{words.say("signed.hash")}</dt>
              <dd>
                <code>{signed.textSha256}</code>
              </dd>
            </dl>
            {copy && (
              <button type="button" class="primary" onClick={() => save(copy, name, "text/html")}>
                {words.say("signed.keep")}
              </button>
            )}
            {document ? (
              <article lang={signed.language.toLowerCase()}>
                <h2>{document.title}</h2>
                <Text summary={document.summary} paragraphs={document.paragraphs} />
              </article>
            ) : (
              <p class="problem">{words.say("signed.lost")}</p>
            )}
            <p>
              <a class="way" href="/consents">
                {words.say("consents.all")}
              </a>
            </p>
          </Page>
        );
      }}
    </WhenReady>
  );
}
