import { Problem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { DeviceRefused } from "./device.ts";
import type { Hitch as Kind } from "./usePasskeys.ts";

/** Why nothing came of it. That somebody changed their mind is no fault, and is said without alarm. */
export function Hitch({ hitch }: { hitch: Kind | undefined }) {
  const { words } = useSession();
  const refused = hitch instanceof DeviceRefused;
  return (
    <>
      <div role="status">{refused && <p class="note">{words.say(`passkey.refused.${hitch.kind}`)}</p>}</div>
      <Problem problem={refused ? undefined : hitch} />
    </>
  );
}
