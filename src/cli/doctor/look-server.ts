/** Looks at a server that runs, through its API. */
import { listItems } from "../../client/index.ts";
import type { Schemas } from "../../client/index.ts";
import { VERSION } from "../../version.ts";
import type { Client } from "../client.ts";
import type { Io } from "../io.ts";
import { findToken } from "../commands/tokens.ts";
import { CommandFailure } from "../exit.ts";
import type { ReadinessFacts, SendingFacts, ServerFacts, TokenFacts } from "./assess-server.ts";
import { probe } from "./probe.ts";
import { isStuck } from "../standstill.ts";

/** A server, and the environment that says how to reach it. */
interface Reached {
  readonly client: Pick<Client, "url">;
  readonly env: Io["env"];
}

export async function lookAtServer({ url, showStatus }: Client): Promise<ServerFacts> {
  const { version, processes } = await showStatus();
  return { url, versions: [version, ...processes.map((each) => each.version)], ownVersion: VERSION };
}

/** @param text the token, whose ID is a part of it */
export async function lookAtToken(client: Client, text: string): Promise<TokenFacts> {
  const isAdmin = await client.showSettings().then(() => true, unlessRefused(false));
  const [, id = ""] = /^cb_([0-9a-f]+)_/.exec(text) ?? [];
  const token = isAdmin && id !== "" ? await findToken(client, id) : undefined;
  return { isAdmin, token, now: Date.now() };
}

const unlessRefused =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (error instanceof CommandFailure && error.ending === "refused") return value;
    throw error;
  };

/** How far the server's clock is ahead, as far as its Date header (in whole seconds) tells. */
export async function lookAtClock({ client: { url }, env }: Reached): Promise<number | undefined> {
  const before = Date.now();
  const probed = await probe(`${url}/healthz`, env);
  const at = probed.kind === "callboard" ? Date.parse(probed.date ?? "") : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const [earliest, latest] = [at - Date.now(), at + 999 - before];
  if (earliest > 0) return earliest;
  return latest < 0 ? latest : 0;
}

export async function lookAtReadiness({ client: { url }, env }: Reached): Promise<ReadinessFacts> {
  const probed = await probe(`${url}/readyz`, env);
  if (probed.kind !== "callboard")
    return { isReady: false, checks: { readyz: "has no response of Callboard's" } };
  const { checks = {} } = JSON.parse(probed.text) as { readonly checks?: Readonly<Record<string, string>> };
  return { isReady: probed.status === 200, checks };
}

export async function lookAtSending({ showStatus }: Client): Promise<SendingFacts> {
  const { notSending } = await showStatus();
  return { isStuck: isStuck(notSending), detail: notSending?.detail ?? "deliveries are being sent" };
}

export async function lookAtEndpoints({ listEndpoints }: Client): Promise<readonly Schemas["Endpoint"][]> {
  const lists = await Promise.all(
    (["paused", "circuit-open"] as const).map((state) =>
      listItems((page) => listEndpoints({ query: { ...page, state } })),
    ),
  );
  return lists.flatMap(({ items }) => items);
}

/** None where the token may not see them. */
export async function lookAtLimits({ listLimits }: Client): Promise<readonly Schemas["Limit"][]> {
  return listItems((page) => listLimits({ query: page })).then(({ items }) => items, unlessRefused([]));
}
