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
import { TakeAlong } from "./TakeAlong.tsx";

type Sheet = NonNullable<VisitSheetQuery["visitSheet"]>;

/** One page for the neurologist: taken along as a PDF, the questions on it, and what it says. */
export function Visit() {
  const { words } = useSession();
  const { settings } = usePatient();
  const [language, setLanguage] = useState<Language>(settings.language);
  const asked = useQuery(VisitSheet, { language });
  return (
    <Page title={words.say("visit.title")} lead={words.say("visit.lead")}>
      <TakeAlong language={language} />
      <Questions changed={asked.reload} />
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
          {({ visitSheet }) => visitSheet && <Contents sheet={visitSheet} />}
        </WhenReady>
      </section>
    </Page>
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
