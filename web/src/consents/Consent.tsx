import { useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import { ConsentChanges, ConsentDocuments, SignConsent } from "../generated/operations.ts";
import type { ConsentDecision, ConsentDocumentsQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { WhenReady } from "../parts/Waiting.tsx";
import { go } from "../router.ts";
import { type PatientRecord, usePatient, useSession } from "../session.tsx";
import { Paragraphs } from "./Text.tsx";

type Document = ConsentDocumentsQuery["consentDocuments"][number];

/** The documents one by one, in the order of the service; each answer counts at once and can be changed later. */
export function Consent() {
  const { words } = useSession();
  const asked = useQuery(ConsentDocuments, { language: words.language });
  return (
    <WhenReady asked={asked} lines={6}>
      {({ consentDocuments }) => <Walk documents={consentDocuments} reload={asked.reload} />}
    </WhenReady>
  );
}

function Walk({ documents, reload }: { documents: readonly Document[]; reload: () => void }) {
  const { words } = useSession();
  const patient = usePatient();
  const [place, setPlace] = useState(() => start(documents, patient));
  const document = documents[place];
  if (!document) return <Afterwards documents={documents} back={(one) => setPlace(documents.indexOf(one))} />;
  const ended = (decision: ConsentDecision) => document.required && decision === "REFUSED";
  return (
    <Page title={document.title} key={document.id}>
      <p class="step">{words.say("step", { number: place + 1, total: documents.length })}</p>
      <progress max={documents.length} value={place} aria-label={words.say("consent.progress")} />
      <OneDocument
        document={document}
        decided={(decision) => setPlace(ended(decision) ? documents.length : nextOpen(documents, patient, place + 1))}
        reload={reload}
      />
      {place > 0 && (
        <button type="button" class="quiet flush" onClick={() => setPlace(place - 1)}>
          {words.say("consent.previous")}
        </button>
      )}
    </Page>
  );
}

/** Where somebody goes on: after a no to what the registry cannot work without, nothing more is asked. */
function start(documents: readonly Document[], patient: PatientRecord): number {
  return documents.some((one) => isRefused(one, patient)) ? documents.length : nextOpen(documents, patient, 0);
}

function nextOpen(documents: readonly Document[], patient: PatientRecord, from: number): number {
  const found = documents.findIndex((one, place) => place >= from && !isAnswered(one, patient));
  return found < 0 ? documents.length : found;
}

function isRefused(document: Document, patient: PatientRecord): boolean {
  const state = patient.consents.find(({ purpose }) => purpose === document.purpose)?.state;
  return document.required && state === "REFUSED" && isAnswered(document, patient);
}

function isAnswered(document: Document, patient: PatientRecord): boolean {
  const answer = patient.consents.find(({ purpose }) => purpose === document.purpose);
  return answer !== undefined && answer.state !== "NEVER_ASKED" && !answer.asksAgain;
}

function Afterwards({ documents, back }: { documents: readonly Document[]; back: (to: Document) => void }) {
  const { words } = useSession();
  const patient = usePatient();
  const refused = documents.find((one) => isRefused(one, patient));
  if (refused) {
    return (
      <Page title={words.say("consent.refusedTitle")}>
        <p>{words.say("consent.refusedText", { title: refused.title })}</p>
        <button type="button" onClick={() => back(refused)}>
          {words.say("consent.readAgain")}
        </button>
        <p>
          <a class="way" href="/consents">
            {words.say("consents.history")}
          </a>
        </p>
      </Page>
    );
  }
  return (
    <Page title={words.say("consent.doneTitle")}>
      <p>{words.say("consent.doneText")}</p>
      <a class="button primary" href={patient.enrolment ? "/settings" : "/enrol"}>
        {words.say("action.continue")}
      </a>
    </Page>
  );
}

/** One document on its own: for a change of mind, or because its text has changed. */
export function OneConsent({ purpose }: { purpose: string }) {
  const { words, dates } = useSession();
  const patient = usePatient();
  const asked = useQuery(ConsentDocuments, { language: words.language });
  return (
    <WhenReady asked={asked} lines={6}>
      {({ consentDocuments }) => {
        const document = consentDocuments.find((one) => one.purpose.toLowerCase() === purpose.toLowerCase());
        if (!document) return <Page title={words.say("missing.title")}>{words.say("missing.text")}</Page>;
        const answer = patient.consents.find((one) => one.purpose === document.purpose);
        return (
          <Page title={document.title}>
            {answer?.signedAt && answer.state !== "NEVER_ASKED" && (
              <p class="step">
                {words.say(`consent.since.${answer.state}`, {
                  date: dates.moment(answer.signedAt, patient.settings.timeZone),
                })}
              </p>
            )}
            {answer && answer.version !== null && answer.version !== document.version && (
              <WhatChanged answer={answer} />
            )}
            <OneDocument document={document} decided={() => go("/consents")} reload={asked.reload} />
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

/** What is another in the text than when this person answered it, and what that means for their answer. */
function WhatChanged({ answer }: { answer: PatientRecord["consents"][number] }) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const asked = useQuery(ConsentChanges, { language: words.language });
  return (
    <WhenReady asked={asked} lines={2}>
      {({ me }) => {
        const changes = me.patient?.consents.find(({ purpose }) => purpose === answer.purpose)?.changes ?? [];
        if (changes.length === 0) return null;
        const date = answer.signedAt ? dates.moment(answer.signedAt, settings.timeZone) : "";
        return (
          <section class="note" aria-labelledby="changed">
            <h2 id="changed">{words.say("consent.changed")}</h2>
            {changes.map(({ version, whatChanged }) => (
              <p key={version}>{whatChanged}</p>
            ))}
            {answer.asksAgain ? (
              <p>{words.say("consent.untilThen", { date })}</p>
            ) : (
              answer.state === "GRANTED" && <p>{words.say("consent.stillHolds")}</p>
            )}
          </section>
        );
      }}
    </WhenReady>
  );
}

interface OneDocumentProps {
  document: Document;
  decided: (decision: ConsentDecision) => void;
  reload: () => void;
}

function OneDocument({ document, decided, reload }: OneDocumentProps) {
  const { words, refresh } = useSession();
  const sign = useMutation(SignConsent);
  const [problem, setProblem] = useState<TypedProblem>();
  // An answer that is sent again, because no word came back, is the same signature and not a second one.
  const [ids] = useState(() => ({ GRANTED: crypto.randomUUID(), REFUSED: crypto.randomUUID() }));
  const decide = async (decision: ConsentDecision) => {
    const { purpose, version, language, textSha256 } = document;
    const input = { purpose, version, language, textSha256, decision, signatureId: ids[decision] };
    const answer = (await sign.run({ input }))?.signConsent;
    if (answer?.__typename === "ConsentSigned") {
      await refresh();
      decided(decision);
      return;
    }
    setProblem(answer);
    if (answer?.__typename === "ConsentTextChanged") reload();
  };
  return (
    <>
      <p class="summary">{document.summary}</p>
      {document.required && <p class="note">{words.say("consent.required")}</p>}
      <details class="document">
        <summary>{words.say("consent.full")}</summary>
        <Paragraphs paragraphs={document.paragraphs} />
        <p class="hint">{words.say("consent.version", { version: document.version })}</p>
      </details>
      <Problem problem={sign.trouble ?? problem} />
      <div class="equal">
        <button type="button" disabled={sign.busy} onClick={() => decide("GRANTED")}>
          {words.say("consent.agree")}
        </button>
        <button type="button" disabled={sign.busy} onClick={() => decide("REFUSED")}>
          {words.say("consent.refuse")}
        </button>
      </div>
      <p class="hint">{words.say("consent.changeable")}</p>
    </>
  );
}
