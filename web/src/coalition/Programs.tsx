import { useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import { ApiTokens, RevokeApiToken } from "../generated/operations.ts";
import type { ApiTokensQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { useRowFocus } from "../useRowFocus.ts";
import { IssueToken } from "./IssueToken.tsx";

export type Token = ApiTokensQuery["coalition"]["tokens"][number];

/** The tokens by which an organisation's programs read the same numbers. */
export function Programs() {
  const { words } = useSession();
  const asked = useQuery(ApiTokens, {});
  const put = (changed: Token) =>
    asked.put(({ coalition }) => ({
      coalition: {
        ...coalition,
        tokens: [changed, ...coalition.tokens.filter(({ id }) => id !== changed.id)].sort(newestFirst),
      },
    }));
  return (
    <Page title={words.say("tokens.title")} lead={words.say("tokens.lead")}>
      <WhenReady asked={asked} lines={3}>
        {({ coalition: { tokens } }) => (
          <>
            {tokens.length === 0 ? (
              <Empty>{words.say("tokens.empty")}</Empty>
            ) : (
              <ul class="plain-list roomy">
                {tokens.map((token) => (
                  <Row key={token.id} token={token} put={put} />
                ))}
              </ul>
            )}
            <h2>{words.say("tokens.new")}</h2>
            <IssueToken issued={put} />
          </>
        )}
      </WhenReady>
      <p>
        <a href="/coalition">{words.say("tokens.back")}</a>
      </p>
    </Page>
  );
}

function newestFirst(one: Token, other: Token): number {
  return other.issuedAt.localeCompare(one.issuedAt);
}

function Row({ token, put }: { token: Token; put: (changed: Token) => void }) {
  const { words, dates } = useSession();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation(RevokeApiToken);
  const [problem, setProblem] = useState<TypedProblem>();
  const row = useRowFocus(`${asking} ${token.revokedAt}`);
  const over = token.revokedAt !== null || Date.parse(token.expiresAt) <= Date.now();
  const end = async () => {
    const answer = (await revoke.run({ id: token.id }))?.revokeApiToken;
    setAsking(false);
    if (answer?.__typename === "ApiTokenRevoked") put(answer.token);
    else setProblem(answer);
  };
  const until = token.revokedAt
    ? words.say("tokens.revokedOn", { date: dates.moment(token.revokedAt) })
    : words.say(over ? "tokens.endedOn" : "tokens.until", { date: dates.partial(token.expiresAt.slice(0, 10)) });
  return (
    <li ref={row} tabIndex={-1}>
      <div>
        <strong>{token.name}</strong>
        <p class="hint">{token.scopes.map((scope) => words.say(`tokens.scope.${scope}`)).join(" · ")}</p>
        <p class="hint">
          <Status>{until}</Status>
          {token.lastUsedAt
            ? words.say("tokens.usedOn", { date: dates.moment(token.lastUsedAt) })
            : words.say("tokens.unused")}{" "}
          {words.say("tokens.issued", {
            name: token.issuedBy ?? words.say("tokens.somebody"),
            date: dates.partial(token.issuedAt.slice(0, 10)),
          })}
        </p>
        <Problem problem={revoke.trouble ?? problem} />
      </div>
      {!over && !asking && (
        <button
          type="button"
          aria-label={words.say("tokens.revokeNamed", { name: token.name })}
          onClick={() => setAsking(true)}
        >
          {words.say("tokens.revoke")}
        </button>
      )}
      {!over && asking && (
        <div class="ask">
          <p>{words.say("tokens.sure", { name: token.name })}</p>
          <div class="row row-tight">
            <button type="button" disabled={revoke.busy} onClick={end}>
              {words.say("tokens.revokeYes")}
            </button>
            <button type="button" class="quiet" onClick={() => setAsking(false)}>
              {words.say("action.cancel")}
            </button>
          </div>
        </div>
      )}
    </li>
  );
}
