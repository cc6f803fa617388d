import type { ComponentChildren } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { Trouble } from "./client.ts";
import { Consent, OneConsent } from "./consents/Consent.tsx";
import { Consents } from "./consents/Consents.tsx";
import { Leave } from "./consents/Leave.tsx";
import { Left } from "./consents/Left.tsx";
import { Pause } from "./consents/Pause.tsx";
import { Signed } from "./consents/Signed.tsx";
import { Enrol } from "./enrol/Enrol.tsx";
import { Erase } from "./erase/Erase.tsx";
import type { Role } from "./generated/types.ts";
import { Devices } from "./pages/Devices.tsx";
import { Looks } from "./pages/Looks.tsx";
import { Missing, NotForYou, NothingYet } from "./pages/Missing.tsx";
import { Settings } from "./pages/Settings.tsx";
import { focusHeading, Page } from "./parts/Page.tsx";
import { Problem } from "./parts/Problem.tsx";
import { Skeleton } from "./parts/Waiting.tsx";
import { Passkeys } from "./passkeys/Passkeys.tsx";
import { StepUpProvider } from "./passkeys/StepUp.tsx";
import { QueueProvider, useSendingQueue } from "./queue/useQueue.ts";
import { go, match, usePath } from "./router.ts";
import { type Caller, useSession } from "./session.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./signIn/SignIn.tsx";
import { PastDay } from "./today/PastDay.tsx";
import { Questionnaire } from "./today/Questionnaire.tsx";
import { Today } from "./today/Today.tsx";
import { Treatments } from "./treatments/Treatments.tsx";
import { Questionnaires } from "./trend/Questionnaires.tsx";
import { Trend } from "./trend/Trend.tsx";
import { Trials } from "./trials/Trials.tsx";
import { Visit } from "./visit/Visit.tsx";

const Coordinator = lazy(() =>
  import("./coordinator/Coordinator.tsx").then((module) => ({ default: module.Coordinator })),
);
const CoordinatorTrial = lazy(() =>
  import("./coordinator/TrialPage.tsx").then((module) => ({ default: module.TrialPage })),
);
const Programs = lazy(() => import("./coalition/Programs.tsx").then((module) => ({ default: module.Programs })));
const Coalition = lazy(() => import("./coalition/Coalition.tsx").then((module) => ({ default: module.Coalition })));

interface Route {
  pattern: string;
  roles: readonly Role[];
  /** Open before the registry consent and enrolment are done. */
  early?: true;
  /** Open while nobody uses this person's data: what shows them their own. */
  unused?: true;
  show: (parts: Record<string, string>) => ComponentChildren;
}

const PATIENT: readonly Role[] = ["PATIENT"];
const COORDINATOR: readonly Role[] = ["COORDINATOR"];
const EVERYBODY: readonly Role[] = ["PATIENT", "COORDINATOR", "APPROVER", "COALITION_MEMBER", "ADMINISTRATOR"];

const routes: readonly Route[] = [
  { pattern: "/today", roles: PATIENT, show: () => <Today /> },
  { pattern: "/days/:date", roles: PATIENT, show: ({ date }) => <PastDay date={date ?? ""} /> },
  { pattern: "/questions/:id", roles: PATIENT, show: ({ id }) => <Questionnaire key={id} id={id ?? ""} /> },
  { pattern: "/trend", roles: PATIENT, unused: true, show: () => <Trend /> },
  { pattern: "/trend/questionnaires", roles: PATIENT, unused: true, show: () => <Questionnaires /> },
  { pattern: "/trend/:view", roles: PATIENT, unused: true, show: ({ view }) => <Trend view={view} /> },
  { pattern: "/treatments", roles: PATIENT, show: () => <Treatments /> },
  { pattern: "/visit", roles: PATIENT, unused: true, show: () => <Visit /> },
  { pattern: "/trials", roles: PATIENT, show: () => <Trials /> },
  { pattern: "/t/:id", roles: PATIENT, show: ({ id }) => <Trials only={id} /> },
  { pattern: "/settings", roles: PATIENT, unused: true, show: () => <Settings /> },
  { pattern: "/looks", roles: PATIENT, unused: true, show: () => <Looks /> },
  { pattern: "/consent", roles: PATIENT, early: true, show: () => <Consent /> },
  {
    pattern: "/consent/:purpose",
    roles: PATIENT,
    early: true,
    show: ({ purpose }) => <OneConsent purpose={purpose ?? ""} />,
  },
  { pattern: "/consents", roles: PATIENT, early: true, show: () => <Consents /> },
  { pattern: "/consents/:id", roles: PATIENT, early: true, show: ({ id }) => <Signed id={id ?? ""} /> },
  { pattern: "/pause", roles: PATIENT, early: true, show: () => <Pause /> },
  { pattern: "/leave", roles: PATIENT, early: true, show: () => <Leave /> },
  { pattern: "/erase", roles: PATIENT, early: true, show: () => <Erase /> },
  { pattern: "/enrol", roles: PATIENT, early: true, show: () => <Enrol /> },
  { pattern: "/devices", roles: EVERYBODY, early: true, show: () => <Devices /> },
  { pattern: "/passkeys", roles: EVERYBODY, early: true, show: () => <Passkeys /> },
  { pattern: "/coordinator", roles: COORDINATOR, show: () => <Coordinator /> },
  { pattern: "/coordinator/trials/:id", roles: COORDINATOR, show: ({ id }) => <CoordinatorTrial id={id ?? ""} /> },
  { pattern: "/coalition", roles: ["COALITION_MEMBER"], show: () => <Coalition /> },
  { pattern: "/coalition/programs", roles: ["COALITION_MEMBER"], show: () => <Programs /> },
];

/** Where somebody starts who opened no page in particular. */
export function home(me: Caller): string {
  if (me.role === "COALITION_MEMBER") return "/coalition";
  if (me.role === "COORDINATOR") return "/coordinator";
  if (me.role === "PATIENT") return me.patient?.enrolment ? "/today" : "/consent";
  return "/";
}

export function App() {
  const { me, trouble, remembered, refresh } = useSession();
  const path = usePath();
  const needsMore = remembered && me && isEarly(path);
  const page =
    me && !needsMore ? (
      <Routed path={path} me={me} />
    ) : trouble ? (
      <Unreached trouble={trouble} retry={refresh} />
    ) : (
      <Skeleton lines={5} />
    );
  return (
    <WithQueue patient={me?.patient?.id}>
      <StepUpProvider>
        <Shell path={path}>{page}</Shell>
      </StepUpProvider>
    </WithQueue>
  );
}

/** What a person is asked to sign or correct is shown as the service has it, or not at all. */
function isEarly(path: string): boolean {
  return routes.some(({ early, pattern }) => early && match(pattern, path));
}

/** The service has not said yet who is calling. */
function Unreached({ trouble, retry }: { trouble: Trouble; retry: () => void }) {
  const { words } = useSession();
  return (
    <Page title={words.say(trouble.kind === "offline" ? "unreached.offline" : "unreached.fault")}>
      <Problem problem={trouble} retry={retry} />
    </Page>
  );
}

function WithQueue({ patient, children }: { patient: string | undefined; children: ComponentChildren }) {
  return patient ? (
    <PatientQueue key={patient} patient={patient}>
      {children}
    </PatientQueue>
  ) : (
    children
  );
}

function PatientQueue({ patient, children }: { patient: string; children: ComponentChildren }) {
  return <QueueProvider value={useSendingQueue(patient)}>{children}</QueueProvider>;
}

function Routed({ path, me }: { path: string; me: Caller }) {
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the heading is reached anew whenever the path or the caller's role changes.
  useEffect(() => {
    if (!first.current) requestAnimationFrame(focusHeading);
    first.current = false;
  }, [path, me.role]);
  return (
    <Careful key={path}>
      <Suspense fallback={<Skeleton lines={5} />}>{choose(path, me)}</Suspense>
    </Careful>
  );
}

/** A fault in one page, or a part of the app that could not be loaded, leaves the way around standing. */
function Careful({ children }: { children: ComponentChildren }) {
  const [fault] = useErrorBoundary();
  if (!fault) return children;
  const offline = !navigator.onLine;
  return (
    <Problem problem={new Trouble(offline ? "offline" : "fault", String(fault))} retry={() => location.reload()} />
  );
}

function choose(path: string, me: Caller): ComponentChildren {
  if (path === "/" || path === "/sign-in") return start(path, me);
  for (const route of routes) {
    const parts = match(route.pattern, path);
    if (!parts) continue;
    // Signing in keeps the address, so that a link from a text still leads to its page afterwards.
    if (me.role === "ANONYMOUS") return <SignIn />;
    if (!route.roles.includes(me.role)) return <NotForYou home={home(me)} />;
    return gate(route, me) ?? route.show(parts);
  }
  return <Missing />;
}

function start(path: string, me: Caller): ComponentChildren {
  if (me.role === "ANONYMOUS") return <SignIn />;
  const to = home(me);
  return to === path ? <NothingYet /> : <Moved to={to} />;
}

/** What a patient has to do first, if anything. */
function gate(route: Route, me: Caller): ComponentChildren {
  if (me.role !== "PATIENT" || route.early) return undefined;
  const registry = me.patient?.consents.find(({ purpose }) => purpose === "REGISTRY");
  if (me.patient?.participation.dataUse === "NONE") return route.unused ? undefined : <Left />;
  if (registry?.state !== "GRANTED") return <Consent />;
  return me.patient?.enrolment ? undefined : <Enrol />;
}

function Moved({ to }: { to: string }) {
  useEffect(() => go(to, { replace: true }), [to]);
  return null;
}
