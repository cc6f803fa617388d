import { Page } from "../parts/Page.tsx";
import { Ways } from "../parts/Ways.tsx";
import { spaced } from "../phones.ts";
import { usePatient, useSession } from "../session.tsx";
import { DiarySettings } from "./DiarySettings.tsx";
import { FadedPrompt, PlanSettings } from "./PlanSettings.tsx";

export function Settings() {
  const { words, dates, me, signOut, speak } = useSession();
  const patient = usePatient();
  const { pausedUntil } = patient.participation;
  const zone = patient.settings.timeZone;
  const agreed = patient.consents.filter(({ state }) => state === "GRANTED").length;
  return (
    <Page title={words.say("settings.title")}>
      {patient.textsStopped && (
        <p class="note">{words.say("texts.stopped", { number: spaced(me?.textsFrom ?? "") })}</p>
      )}
      <section>
        <h2>{words.say("settings.diary")}</h2>
        <FadedPrompt key={JSON.stringify(patient.settings)} />
        <DiarySettings />
      </section>
      <section>
        <h2>{words.say("plans.title")}</h2>
        <p class="hint">{words.say("plans.lead")}</p>
        <PlanSettings />
      </section>
      <section>
        <h2>{words.say("settings.treatments")}</h2>
        <Ways
          ways={[
            { href: "/treatments", label: words.say("treatment.title"), hint: words.say("treatment.lead") },
            { href: "/visit", label: words.say("visit.title"), hint: words.say("visit.hint") },
          ]}
        />
      </section>
      <section>
        <h2>{words.say("settings.privacy")}</h2>
        <Ways
          ways={[
            {
              href: "/consents",
              label: words.say("consents.title"),
              hint: words.say("settings.agreed", { agreed, all: patient.consents.length }),
            },
            { href: "/looks", label: words.say("settings.looks"), hint: words.say("settings.looksHint") },
            {
              href: "/pause",
              label: words.say("pause.title"),
              hint: pausedUntil ? words.say("pause.until", { date: dates.moment(pausedUntil, zone) }) : undefined,
            },
            { href: "/leave", label: words.say("leave.title") },
            { href: "/erase", label: words.say("erase.title") },
          ]}
        />
      </section>
      <section>
        <h2>{words.say("settings.signingIn")}</h2>
        <Ways
          ways={[
            { href: "/passkeys", label: words.say("passkeys.title"), hint: words.say("settings.passkeysHint") },
            { href: "/devices", label: words.say("devices.title") },
          ]}
        />
      </section>
      <section>
        <h2>{words.say("settings.you")}</h2>
        {me?.name && <p>{words.say("settings.signedInAs", { name: me.name, ending: patient.phoneEnding })}</p>}
        <Ways ways={[{ href: "/enrol", label: words.say("settings.details") }]} />
        <div class="row">
          <button type="button" onClick={() => speak(words.language === "EN" ? "ES" : "EN")}>
            {words.say("settings.otherLanguage")}
          </button>
          <button type="button" onClick={signOut}>
            {words.say("shell.signOut")}
          </button>
        </div>
      </section>
    </Page>
  );
}
