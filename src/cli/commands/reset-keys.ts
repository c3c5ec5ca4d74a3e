/** `callboard keys reset`: replaces a lost master key, without a server. */
import { resetLostKeys } from "../../host/index.ts";
import { createLogger } from "../../logger.ts";
import { confirm, counted } from "../consent.ts";
import { loadDatabaseConfig, requireDatabase } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import type { Io } from "../io.ts";

export interface ResetFlags extends DatabaseFlags {
  readonly lostMasterKey?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

type Reset = Awaited<ReturnType<typeof resetLostKeys>>;

export async function resetKeys(io: Io, flags: ResetFlags): Promise<Ending> {
  if (flags.lostMasterKey !== true) {
    throw usageFailure(
      "Give --lost-master-key: this command is for a master key of which there is no copy any more",
      "To replace a key that you have: callboard keys rekey",
    );
  }
  const config = loadDatabaseConfig(io, flags);
  requireDatabase(config.databaseUrl);
  const options = { config, logger: createLogger(config.logLevel) };
  const plan = await resetLostKeys(options, true);
  const isDry = flags.dryRun === true;
  if (isDry || plan.isNeedless) {
    const told = plan.isNeedless
      ? ["Nothing is lost: the master key opens every secret of the database."]
      : ["The reset would drop:", ...formatLines(plan)];
    print(io, flags, { ...plan, dryRun: isDry, reset: false }, told);
    return "done";
  }
  if (flags.yes !== true && io.readLine === undefined)
    throw usageFailure("Nothing was done: this needs --yes");
  await confirm(
    io,
    ["These secrets can't be decrypted, and are dropped for good:", ...formatLines(plan)].join("\n"),
    flags,
  );
  const done = await resetLostKeys(options, false);
  print(io, flags, { ...done, dryRun: false, reset: true }, [
    `The master key is ${done.masterKey ?? "new"} now.`,
    ...nextSteps(done, config.masterKey === undefined ? config.dataDir : undefined),
  ]);
  return "done";
}

function formatLines({ lost }: Reset): readonly string[] {
  const { signingKeys, addons, webhooks, endpoints, pendingInstalls, auditKeys, others } = lost;
  const rest: readonly (readonly [number, string])[] = [
    [signingKeys.length, `${counted(signingKeys.length, "signing key", "signing keys")}; a new one is made`],
    [pendingInstalls, counted(pendingInstalls, "interrupted install", "interrupted installs")],
    [auditKeys.length, "the key of the audit log; its chain goes on with a new one"],
    [others, counted(others, "secret that is no longer used", "secrets that are no longer used")],
  ];
  const lines = [
    ...addons.map(
      ({ site, addonKey }) =>
        `  shared secret of the add-on ${site}/${addonKey}; the next start reinstalls it`,
    ),
    ...webhooks.map(
      ({ site, id, name }) =>
        `  signing secret of the webhook ${site}/${id} "${printable(name)}"; it is inactive until it has a new one`,
    ),
    ...endpoints.map(
      ({ site, no, origin }) =>
        `  headers or TLS of the endpoint ${no} on ${site}, ${printable(origin)}; set them again`,
    ),
    ...rest.flatMap(([count, line]) => (count === 0 ? [] : [`  ${line}`])),
  ];
  return lines.length === 0 ? ["  no secret"] : lines;
}

function nextSteps(
  { lost: { addons, webhooks, endpoints } }: Reset,
  dataDir: string | undefined,
): readonly string[] {
  return [
    ...(dataDir === undefined ? [] : [`It is in ${dataDir}; keep a copy of it elsewhere.`]),
    ...(addons.length === 0
      ? []
      : [`Start the server: it reinstalls ${counted(addons.length, "add-on", "add-ons")} with new secrets.`]),
    ...(webhooks.length === 0
      ? []
      : [
          `Give ${counted(webhooks.length, "webhook", "webhooks")} a new signing secret: callboard webhooks rotate-secret ID`,
        ]),
    ...endpoints.map(
      ({ site, no }) =>
        `Set headers and TLS of an endpoint again: callboard endpoints update ${no} --site ${site} --headers @FILE`,
    ),
  ];
}
