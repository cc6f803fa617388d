import { ConsentList } from "../consents/Consents.tsx";
import { Page } from "../parts/Page.tsx";
import { spaced } from "../phones.ts";
import { usePatient, useSession } from "../session.tsx";
import { Treatments } from "../treatments/Treatments.tsx";
import { DiarySettings } from "./DiarySettings.tsx";

export function Settings() {
  const { words, me, signOut, speak } = useSession();
  const patient = usePatient();
  return (
    <Page title={words.say("settings.title")}>
      {patient.textsStopped && (
        <p class="note">{words.say("texts.stopped", { number: spaced(me?.textsFrom ?? "") })}</p>
      )}
      <section>
        <h2>{words.say("settings.diary")}</h2>
        <DiarySettings />
      </section>
      <section>
        <h2>{words.say("settings.treatments")}</h2>
        <Treatments />
      </section>
      <section>
        <h2>{words.say("settings.consents")}</h2>
        <p class="hint">{words.say("settings.consentsHint")}</p>
        <ConsentList />
        <div class="row">
          <a class="button" href="/consents">
            {words.say("consents.history")}
          </a>
          <a class="button" href="/pause">
            {words.say("pause.title")}
          </a>
          <a class="button" href="/leave">
            {words.say("leave.title")}
          </a>
          <a class="button" href="/erase">
            {words.say("erase.title")}
          </a>
        </div>
      </section>
      <section>
        <h2>{words.say("settings.looks")}</h2>
        <p class="hint">{words.say("settings.looksHint")}</p>
        <p>
          <a class="button" href="/looks">
            {words.say("settings.looksOpen")}
          </a>
        </p>
      </section>
      <section>
        <h2>{words.say("settings.you")}</h2>
        {me?.name && <p>{words.say("settings.signedInAs", { name: me.name, ending: patient.phoneEnding })}</p>}
        <div class="row">
          <a class="button" href="/passkeys">
            {words.say("passkeys.title")}
          </a>
          <a class="button" href="/devices">
            {words.say("devices.title")}
          </a>
          <a class="button" href="/enrol">
            {words.say("settings.details")}
          </a>
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
