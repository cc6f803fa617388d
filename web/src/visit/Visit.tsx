import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { VisitSheet } from "../generated/operations.ts";
import type { Language, VisitSheetQuery } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { Page } from "../parts/Page.tsx";
import { WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { tags } from "../words.ts";
import { Questions } from "./Questions.tsx";
import { addressOf } from "./sheetFile.ts";
import { TakeAlong } from "./TakeAlong.tsx";

type Sheet = NonNullable<VisitSheetQuery["visitSheet"]>;

/** One page for the neurologist: taken along as a PDF, the questions on it, and what it says. */
export function Visit() {
  const { words } = useSession();
  const { settings } = usePatient();
  const [language, setLanguage] = useState<Language>(settings.language);
  const [round, setRound] = useState(0);
  const asked = useQuery(VisitSheet, { language });
  const changed = () => {
    asked.reload();
    setRound((count) => count + 1);
  };
  return (
    <Page title={words.say("visit.title")} lead={words.say("visit.lead")}>
      <TakeAlong language={language} />
      <Questions changed={changed} />
      <section>
        <h2>{words.say("visit.holds")}</h2>
        <OneOf
          legend={words.say("visit.language")}
          hint={words.say("visit.languageHint")}
          compact
          choices={[
            { value: "EN" as Language, label: "English" },
            { value: "ES" as Language, label: "Español" },
          ]}
          value={language}
          choose={setLanguage}
        />
        <WhenReady asked={asked} lines={4}>
          {({ visitSheet }) =>
            visitSheet && (
              <>
                <Picture key={`${language} ${round}`} language={language} round={round} />
                <details class="more">
                  <summary>{words.say("visit.inWords")}</summary>
                  <Contents sheet={visitSheet} />
                </details>
              </>
            )
          }
        </WhenReady>
      </section>
    </Page>
  );
}

/** The page as it will be printed; a tap opens it. Where it cannot be had, its words below stand alone. */
function Picture({ language, round }: { language: Language; round: number }) {
  const { words } = useSession();
  const [lost, setLost] = useState(false);
  if (lost) return null;
  return (
    <a class="sheet-picture" href={addressOf(language)} target="_blank" rel="noopener">
      <img
        src={`/me/visit-sheet.png?language=${language}&round=${round}`}
        alt={words.say("visit.picture")}
        width={1020}
        height={1403}
        onError={() => setLost(true)}
      />
    </a>
  );
}

/** The sheet in words, part by part, in its own language. */
function Contents({ sheet }: { sheet: Sheet }) {
  return (
    <div class="sheet" lang={tags[sheet.language]}>
      {sheet.parts.map(({ title, lines }) => (
        <section key={title}>
          <h3>{title}</h3>
          <ul class="lines">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
