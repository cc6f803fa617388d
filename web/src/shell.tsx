import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Reminders } from "./consents/Reminders.tsx";
import { Icon, type IconName } from "./parts/Icon.tsx";
import { Status } from "./parts/Waiting.tsx";
import { News } from "./passkeys/News.tsx";
import { SafetyNotice } from "./queue/SafetyNotice.tsx";
import { SignOut } from "./queue/SignOut.tsx";
import { useQueue } from "./queue/useQueue.ts";
import { useSession } from "./session.tsx";
import { type Key, tags } from "./words.ts";

/** What surrounds every page: the header, what needs saying everywhere, and a patient's way around. */
export function Shell({ path, children }: { path: string; children: ComponentChildren }) {
  const { words, me } = useSession();
  const enrolled = Boolean(me?.patient?.enrolment);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {words.say("shell.skip")}
      </a>
      <SafetyNotice />
      <Header />
      <div>
        <Bulletin />
        {path !== "/passkeys" && <News />}
        <Reminders path={path} />
      </div>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {enrolled && <Navigation path={path} />}
      {me && me.role !== "ANONYMOUS" && me.role !== "PATIENT" && <StaffFooter />}
    </div>
  );
}

/** What staff have in place of a patient's settings. */
function StaffFooter() {
  const { words } = useSession();
  return (
    <footer>
      <a href="/passkeys">{words.say("passkeys.yours")}</a>
      <a href="/devices">{words.say("devices.title")}</a>
    </footer>
  );
}

function Header() {
  const { words, me, speak } = useSession();
  const other = words.language === "EN" ? "ES" : "EN";
  return (
    <header>
      <a class="brand" href="/">
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path d="M3 16l3-8 3 15 3-12 3 8c1.500 3.500 3-3 5.500-3S24 16 29 16" />
        </svg>
        <span>{words.say("app.name")}</span>
      </a>
      <div class="header-actions">
        <button type="button" class="quiet" lang={tags[other]} onClick={() => speak(other)}>
          {words.say("shell.otherLanguage")}
        </button>
        {me && me.role !== "ANONYMOUS" && <SignOut />}
      </div>
    </header>
  );
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}

/** No signal, and what this phone still holds. */
function Bulletin() {
  const { words } = useSession();
  const online = useOnline();
  const held = useQueue()?.waiting.filter(({ refused }) => !refused).length ?? 0;
  const lines = [!online && words.say("shell.offline"), held > 0 && words.count("shell.held", held)].filter(Boolean);
  return <Status>{lines.length > 0 && <p class="bulletin">{lines.join(" ")}</p>}</Status>;
}

const places: readonly { href: string; icon: IconName; key: Key }[] = [
  { href: "/today", icon: "today", key: "nav.today" },
  { href: "/trend", icon: "trend", key: "nav.trend" },
  { href: "/trials", icon: "trials", key: "nav.trials" },
  { href: "/settings", icon: "settings", key: "nav.settings" },
];

function Navigation({ path }: { path: string }) {
  const { words } = useSession();
  const isHere = (href: string) =>
    path === href ||
    (href === "/trials" && path.startsWith("/t/")) ||
    (href === "/trend" && path.startsWith("/trend/"));
  return (
    <nav aria-label={words.say("nav.label")}>
      <ul>
        {places.map(({ href, icon, key }) => (
          <li key={href}>
            <a href={href} aria-current={isHere(href) ? "page" : undefined}>
              <Icon name={icon} />
              <span>{words.say(key)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
