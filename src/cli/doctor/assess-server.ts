/** Verdicts about a server that runs. Pure. */
import type { Schemas } from "../../client/index.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { isMissing } from "../missing.ts";

export interface ServerFacts {
  readonly url: string;
  /** Of the processes that run; the server's own alone if the token may not see them. */
  readonly versions: readonly string[];
  /** This command line's. */
  readonly ownVersion: string;
}

export function assessServer({ url, versions, ownVersion }: ServerFacts): readonly Finding[] {
  const others = [...new Set(versions)];
  if (others.length > 1)
    return warning(
      `the processes of ${url} are of different versions: ${others.join(", ")}`,
      "Finish the upgrade: restart those of the older version",
    );
  const [version = "unknown"] = others;
  if (version !== ownVersion)
    return warning(
      `${url} runs Callboard ${version}, and this command line is ${ownVersion}`,
      "Use the command line of the server's version",
    );
  return ok(`${url} runs Callboard ${version}`);
}

export interface TokenFacts {
  readonly isAdmin: boolean;
  /** What the list of tokens says of it; undefined where it may not be read. */
  readonly token: Pick<Schemas["Token"], "name" | "scopes" | "site" | "expiresAt"> | undefined;
  readonly now: number;
}

const SOON_MS = 7 * 86_400_000;

export function assessToken({ isAdmin, token, now }: TokenFacts): readonly Finding[] {
  if (token === undefined) {
    return isAdmin
      ? ok("accepted, with the scope admin")
      : warning(
          "the token is accepted, and has no scope admin: some checks were left out",
          "Use a token of the scope admin for a full look: callboard tokens create NAME --scope admin",
        );
  }
  const { name, scopes, site, expiresAt } = token;
  const shown = `"${name}" with ${scopes.join(", ")} on ${site ?? "every site"}`;
  if (!isMissing(expiresAt) && Date.parse(expiresAt) - now < SOON_MS)
    return warning(
      `the token ${shown} expires at ${expiresAt}`,
      "Create another one in time: callboard tokens create",
    );
  return ok(shown);
}

export interface ReadinessFacts {
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

export function assessReadiness({ isReady, checks }: ReadinessFacts): readonly Finding[] {
  const wrong = Object.entries(checks).filter(([, text]) => text !== "ok");
  if (wrong.length === 0 && isReady) return ok("ready");
  const text = wrong.map(([name, why]) => `${name}: ${why}`).join("; ");
  return isReady
    ? warning(`ready, and not all is well: ${text}`, "docs/metrics.md says what each check is about")
    : problem(`not ready: ${text}`, "Correct it, and watch /readyz; the server log has the errors");
}

export interface SendingFacts {
  readonly isStuck: boolean;
  readonly detail: string;
}

export const assessSending = ({ isStuck, detail }: SendingFacts): readonly Finding[] =>
  isStuck ? problem(`nothing is being sent: ${detail}`, "callboard status has the details") : ok(detail);

type Stopped = Pick<Schemas["Endpoint"], "site" | "number" | "receiver" | "state">;

const MAX_NAMED = 5;

/** @param endpoints those that are paused or have an open circuit */
export function assessEndpoints(endpoints: readonly Stopped[]): readonly Finding[] {
  if (endpoints.length === 0) return ok("none is paused");
  const named = endpoints.slice(0, MAX_NAMED);
  const rest = endpoints.length - named.length;
  return [
    ...named.flatMap(({ site, number, receiver, state }) =>
      warning(
        `${receiver} on ${site} is ${state}`,
        `callboard endpoints show ${number} --site ${site}, and when it works again: callboard endpoints resume ${number} --site ${site}`,
      ),
    ),
    ...(rest === 0 ? [] : warning(`${rest} more are stopped`, "callboard endpoints list")),
  ];
}

const NEAR = 0.8;

export function assessLimits(
  limits: readonly Pick<Schemas["Limit"], "name" | "level" | "max" | "unit" | "setting" | "owner">[],
): readonly Finding[] {
  const findings = limits.flatMap(({ name, level, max, unit, setting, owner }) => {
    if (isMissing(level) || max === 0 || level < max * NEAR) return [];
    const detail = `${name} is at ${level} of ${max} ${unit}${isMissing(owner) ? "" : ` (${owner})`}`;
    const remedy = `docs/limits.md says what happens at the limit${isMissing(setting) ? "" : `; ${setting} raises it`}`;
    return warning(detail, remedy);
  });
  return findings.length > 0 ? findings : ok("none is near its end");
}
