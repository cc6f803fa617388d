import { useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import { Devices as DevicesOperation, EndSession, SignOutEverywhere } from "../generated/operations.ts";
import type { DevicesQuery } from "../generated/types.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status, WhenReady } from "../parts/Waiting.tsx";
import { go } from "../router.ts";
import { useSession } from "../session.tsx";

type Device = DevicesQuery["me"]["devices"][number];

/** Every browser in which the caller is signed in; ending one, or all, is shown before it happens. */
export function Devices() {
  const { words, me } = useSession();
  const asked = useQuery(DevicesOperation, {});
  const [ended, setEnded] = useState<string>();
  const name = useName();
  const remove = (gone: Device) => {
    setEnded(name(gone));
    asked.put((before) => ({
      ...before,
      me: { ...before.me, devices: before.me.devices.filter(({ id }) => id !== gone.id) },
    }));
  };
  return (
    <Page title={words.say("devices.title")} lead={words.say("devices.lead")}>
      <WhenReady asked={asked} lines={2}>
        {({ me: { devices } }) => (
          <>
            <ul class="plain-list roomy">
              {devices.map((device) => (
                <Row key={device.id} device={device} ended={() => remove(device)} />
              ))}
            </ul>
            <Status>{ended && <p class="note note-good">{words.say("devices.ended", { device: ended })}</p>}</Status>
            {devices.length === 1 && <p class="hint">{words.say("devices.onlyThis")}</p>}
            <Everywhere />
          </>
        )}
      </WhenReady>
      <p>
        <a href={me?.patient?.enrolment ? "/settings" : "/"}>
          {words.say(me?.patient?.enrolment ? "passkeys.toSettings" : "missing.home")}
        </a>
      </p>
    </Page>
  );
}

function useName(): (device: Device) => string {
  const { words } = useSession();
  return ({ browser, system }) =>
    browser && system
      ? words.say("devices.on", { browser, system })
      : (browser ?? system ?? words.say("devices.unknown"));
}

function Row({ device, ended }: { device: Device; ended: () => void }) {
  const { words, dates } = useSession();
  const [asking, setAsking] = useState(false);
  const name = useName()(device);
  const { thisOne, signedInAt, lastSeenAt, network } = device;
  return (
    <li>
      <div>
        <strong>{name}</strong>
        {thisOne && <span class="tag">{words.say("devices.thisOne")}</span>}
        <p class="hint">
          {words.say("devices.since", { date: dates.partial(signedInAt.slice(0, 10)) })}
          {!thisOne && ` · ${words.say("devices.lastSeen", { date: dates.moment(lastSeenAt) })}`}
          {network && ` · ${words.say("devices.network", { network: shortened(network) })}`}
        </p>
      </div>
      {!thisOne && !asking && (
        <button
          type="button"
          aria-label={words.say("devices.endNamed", { device: name })}
          onClick={() => setAsking(true)}
        >
          {words.say("devices.end")}
        </button>
      )}
      {asking && <EndOne device={device} name={name} ended={ended} keep={() => setAsking(false)} />}
    </li>
  );
}

/** What is left of an address says about where, and not who: "198.51.100.x". */
function shortened(network: string): string {
  return network.replace(/\.0\/24$/, ".x").replace(/::\/48$/, ":x");
}

interface EndOneProps {
  device: Device;
  name: string;
  ended: () => void;
  keep: () => void;
}

function EndOne({ device, name, ended, keep }: EndOneProps) {
  const { words } = useSession();
  const end = useMutation(EndSession);
  const [problem, setProblem] = useState<TypedProblem>();
  const act = async () => {
    const answer = (await end.run({ id: device.id }))?.endSession;
    // Whether this or somebody else ended it: it is gone, which is what was asked for.
    if (answer?.__typename === "SessionEnded" || answer?.__typename === "NotFound") ended();
    else setProblem(answer);
  };
  return (
    <Confirm
      text={words.say("devices.endAsk", { device: name })}
      yes={words.say("devices.endYes")}
      no={words.say("devices.endNo")}
      act={act}
      back={keep}
      busy={end.busy}
    >
      <Problem problem={end.trouble ?? problem} />
    </Confirm>
  );
}

function Everywhere() {
  const { words, refresh } = useSession();
  const end = useMutation(SignOutEverywhere);
  const [asking, setAsking] = useState(false);
  const act = async () => {
    if (!(await end.run({}))) return;
    await refresh();
    go("/");
  };
  if (!asking) {
    return (
      <div class="after">
        <button type="button" onClick={() => setAsking(true)}>
          {words.say("devices.everywhere")}
        </button>
      </div>
    );
  }
  return (
    <Confirm
      text={words.say("devices.everywhereAsk")}
      yes={words.say("devices.everywhere")}
      no={words.say("devices.everywhereNo")}
      act={act}
      back={() => setAsking(false)}
      busy={end.busy}
    >
      <Problem problem={end.trouble} />
    </Confirm>
  );
}
