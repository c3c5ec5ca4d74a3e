/** `callboard doctor`: what is wrong with this installation, or with a server, and how to fix it. */
import { createThisMachine } from "../../egress/index.ts";
import { isLoopbackAddress } from "../../host/model/addresses.ts";
import { createClient } from "../client.ts";
import { findServer, readConnection } from "../connection.ts";
import { counted } from "../consent.ts";
import { withDatabaseFlags } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import {
  INSTALLATION_CHECKS,
  NO_SERVER,
  SERVER_CHECKS,
  openInstallation,
  runChecks,
} from "../doctor/checks.ts";
import type { CheckedItem } from "../doctor/checks.ts";
import type { Verdict } from "../doctor/finding.ts";
import { describeItem } from "../doctor/item-lines.ts";
import { probe } from "../doctor/probe.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { findSetting } from "../../config.ts";
import { getHost } from "../../url-host.ts";
import { parseUrl } from "../../parse-url.ts";

interface Options extends DatabaseFlags {
  readonly json?: boolean;
}

/** A server elsewhere is looked at alone; on this machine, the installation comes first. Fails if there is a problem. */
export async function doctor(io: Io, options: Options): Promise<Ending> {
  const env = withDatabaseFlags(io, options);
  const url = findSetting(env, "CALLBOARD_URL");
  const items: CheckedItem[] = [];
  const found = url !== undefined && isElsewhere(url) ? checkServer(env) : checkHere(env, url);
  for await (const item of found) {
    items.push(item);
    if (options.json !== true) print(io, options, item, describeItem(item, io.color === true));
  }
  const count = (verdict: Verdict) => items.filter((item) => item.verdict === verdict).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  print(io, options, { items, problems, warnings }, [
    `${counted(problems, "problem", "problems")}, ${counted(warnings, "warning", "warnings")}`,
  ]);
  return problems === 0 ? "done" : "failed";
}

async function* checkHere(env: Io["env"], url: string | undefined): AsyncGenerator<CheckedItem> {
  yield* runChecks(INSTALLATION_CHECKS, openInstallation(env));
  // The file with the URL of a server stays when it ends.
  const isRunning = url !== undefined || (await isThere((await findServer(env)).url, env));
  if (isRunning) yield* checkServer(env);
  else for (const finding of NO_SERVER) yield { check: "server", ...finding };
}

const isThere = async (url: string, env: Io["env"]): Promise<boolean> =>
  parseUrl(url) !== undefined && (await probe(`${url}/healthz`, env)).kind === "callboard";

async function* checkServer(env: Io["env"]): AsyncGenerator<CheckedItem> {
  let token: string;
  try {
    ({ token } = await readConnection(env));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    yield { check: "server", verdict: "problem", detail: error.message, remedy: error.hint ?? "" };
    return;
  }
  const client = await createClient({ env });
  try {
    // The first check says why a server can't be asked; all others would say the same.
    for await (const item of runChecks(SERVER_CHECKS, { client, token, env })) {
      yield item;
      if (item.check === "server" && item.verdict === "problem") return;
    }
  } finally {
    await client.close();
  }
}

function isElsewhere(url: string): boolean {
  const parsed = parseUrl(url);
  if (parsed === undefined) return false;
  const host = getHost(parsed);
  return host !== "localhost" && !isLoopbackAddress(host) && !createThisMachine().hasName(host);
}
