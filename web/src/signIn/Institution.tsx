import { useSession } from "../session.tsx";

const REASONS = ["failed", "cancelled", "expired", "unknown"] as const;

/** For staff, where an institution is configured: the way there, and why the last one did not lead in. */
export function Institution() {
  const { words, me } = useSession();
  if (!me?.institution) return null;
  const said = new URLSearchParams(location.search).get("institution");
  const reason = REASONS.find((each) => each === said);
  return (
    <div class="or">
      <p class="hint">{words.say("institution.forStaff")}</p>
      <div role="alert">
        {reason && <p class="note">{words.say(`institution.${reason}`, { name: me.institution })}</p>}
      </div>
      <button type="button" onClick={() => location.assign("/auth/oidc/start")}>
        {words.say("institution.signIn", { name: me.institution })}
      </button>
    </div>
  );
}
