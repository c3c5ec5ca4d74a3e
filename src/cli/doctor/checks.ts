/** The checks of `callboard doctor`, in the order in which they are shown: what each looks at, and who assesses it. */
import { dirname, resolve } from "node:path";
import { configWarnings, readConfig, unknownKeys } from "../../config.ts";
import type { Config } from "../../config.ts";
import { readOpenFileLimit } from "../../egress/index.ts";
import { CallboardError, getMessage } from "../../errors.ts";
import { examineDatabase, examineOutbox, examineReplica } from "../../host/index.ts";
import type { ExaminedDatabase, FoundDatabase } from "../../host/index.ts";
import type { Client } from "../client.ts";
import type { Io } from "../io.ts";
import { ok, problem } from "./finding.ts";
import type { Finding } from "./finding.ts";
import {
  assessClock,
  assessDatabase,
  assessMasterKey,
  assessNotices,
  assessOutbox,
  assessReplica,
} from "./assess-database.ts";
import {
  assessDirectory,
  assessEnvironment,
  assessNode,
  assessOpenFiles,
  assessSettings,
} from "./assess-machine.ts";
import type { SettingsFacts } from "./assess-machine.ts";
import { assessBaseUrl, assessNameServers, assessPort, assessProxy } from "./assess-network.ts";
import type { PortFacts } from "./assess-network.ts";
import {
  assessEndpoints,
  assessLimits,
  assessReadiness,
  assessSending,
  assessServer,
  assessToken,
} from "./assess-server.ts";
import { lookAtDirectory, lookAtEnvironment } from "./look-machine.ts";
import { lookAtBaseUrl, lookAtNameServers, lookAtPort, lookAtProxy } from "./look-network.ts";
import {
  lookAtClock,
  lookAtEndpoints,
  lookAtLimits,
  lookAtReadiness,
  lookAtSending,
  lookAtServer,
  lookAtToken,
} from "./look-server.ts";

/** What a check of this installation looks at. */
export interface Installation {
  readonly env: Io["env"];
  readonly settings: SettingsFacts;
  /** Undefined if the settings are invalid. */
  readonly config: Config | undefined;
  /** Looked at once for all checks; undefined if the settings are invalid. */
  readonly database: () => Promise<ExaminedDatabase | undefined>;
  readonly port: () => Promise<PortFacts | undefined>;
}

export interface Server {
  readonly env: Io["env"];
  readonly client: Client;
  readonly token: string;
}

type Look<Scene> = (scene: Scene) => Promise<readonly Finding[]>;

/** The check needs valid settings, and is left out without them. */
const configured =
  (look: (config: Config, installation: Installation) => Promise<readonly Finding[]>): Look<Installation> =>
  (installation) =>
    installation.config === undefined ? Promise.resolve([]) : look(installation.config, installation);

/** The check needs a database that could be opened; what is wrong with it is said by the check of the database. */
const opened =
  (assess: (database: FoundDatabase) => readonly Finding[]): Look<Installation> =>
  async ({ database }) => {
    const found = await database();
    return found?.kind === "found" ? assess(found) : [];
  };

export const INSTALLATION_CHECKS: Readonly<Record<string, Look<Installation>>> = {
  node: () => Promise.resolve(assessNode(process.versions.node)),
  settings: ({ settings }) => Promise.resolve(assessSettings(settings)),
  environment: async ({ env }) => assessEnvironment(await lookAtEnvironment(env)),
  "open-files": () => Promise.resolve(assessOpenFiles(readOpenFileLimit())),
  "data-directory": configured(async ({ dataDir }) => assessDirectory(await lookAtDirectory(dataDir))),
  "database-directory": configured(async ({ dataDir, databaseUrl }) => {
    const directory = findDatabaseDirectory(databaseUrl);
    if (directory === undefined || directory === resolve(dataDir)) return [];
    // Rights are checked where the secrets are: a database has them encrypted.
    const facts = await lookAtDirectory(directory);
    return assessDirectory(
      facts.kind === "found" ? { ...facts, openToOthers: [] } : facts,
      "CALLBOARD_DATABASE_URL",
    );
  }),
  database: async ({ database }) => {
    const examined = await database();
    return examined === undefined ? [] : assessDatabase(examined);
  },
  "master-key": opened(assessMasterKey),
  clock: opened(({ clockAheadMs }) => assessClock(clockAheadMs, "the database's")),
  notices: opened(assessNotices),
  "read-url": configured(async (config) => {
    const replica = await examineReplica(config);
    return replica === undefined ? [] : assessReplica(replica);
  }),
  outbox: configured(async (config) => {
    const outbox = await examineOutbox(config);
    return outbox === undefined ? [] : assessOutbox(outbox);
  }),
  port: async ({ port }) => {
    const facts = await port();
    return facts === undefined ? [] : assessPort(facts);
  },
  "base-url": configured(async ({ baseUrl }, { port, env }) => {
    const isRunning = (await port())?.holder.kind === "callboard";
    return assessBaseUrl(await lookAtBaseUrl(baseUrl, isRunning, env));
  }),
  "name-servers": configured(async ({ dnsServers }) =>
    assessNameServers(await lookAtNameServers(dnsServers)),
  ),
  "egress-proxy": configured(async ({ egressProxy, ...config }) =>
    egressProxy === undefined ? [] : assessProxy(await lookAtProxy(egressProxy, config)),
  ),
};

export const SERVER_CHECKS: Readonly<Record<string, Look<Server>>> = {
  server: async ({ client }) => assessServer(await lookAtServer(client)),
  token: async ({ client, token }) => assessToken(await lookAtToken(client, token)),
  "server-clock": async (server) => {
    const aheadMs = await lookAtClock(server);
    return aheadMs === undefined ? [] : assessClock(aheadMs, "the server's");
  },
  readiness: async (server) => assessReadiness(await lookAtReadiness(server)),
  sending: async ({ client }) => assessSending(await lookAtSending(client)),
  endpoints: async ({ client }) => assessEndpoints(await lookAtEndpoints(client)),
  limits: async ({ client }) => assessLimits(await lookAtLimits(client)),
};

/** The directory of a SQLite file. */
function findDatabaseDirectory(url: string): string | undefined {
  const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : ":memory:";
  return file === ":memory:" ? undefined : dirname(resolve(file));
}

/** Reads the settings as `serve` would. The database and the port are looked at when a check first needs them. */
export function openInstallation(env: Io["env"]): Installation {
  const { config, problems } = readSettings(env);
  const warnings = config === undefined ? [] : configWarnings(config);
  return {
    env,
    settings: { problems, warnings, unknown: unknownKeys(env), profile: config?.profile },
    config,
    database: once(async () => (config === undefined ? undefined : examineDatabase(config))),
    port: once(async () => (config === undefined ? undefined : lookAtPort(config))),
  };
}

function once<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let looked: Promise<Value> | undefined;
  return () => (looked ??= look());
}

function readSettings(env: Io["env"]): Pick<Installation, "config"> & Pick<SettingsFacts, "problems"> {
  try {
    return { config: readConfig(env), problems: [] };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { config: undefined, problems: error.errors };
  }
}

export interface CheckedItem extends Finding {
  readonly check: string;
}

/** Runs checks one after the other. One that fails is a problem of its own, and the others go on. */
export async function* runChecks<Scene>(
  checks: Readonly<Record<string, Look<Scene>>>,
  scene: Scene,
): AsyncGenerator<CheckedItem> {
  for (const [check, look] of Object.entries(checks)) {
    const findings = await look(scene).catch((error: unknown) =>
      problem(`not checked: ${getMessage(error)}`, "Correct that, then run callboard doctor again"),
    );
    for (const finding of findings) yield { check, ...finding };
  }
}

export const NO_SERVER = ok("no server of this installation runs; the checks of a server were left out");
