/** `callboard replay` and `replays …`: past events, sent to a receiver that did not get them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import { nameReceiver } from "../delivery-filter.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

const LOOK_EVERY_MS = 1_000;

type Replay = Schemas["Replay"];
type Preview = Schemas["ReplayPreview"];

interface SiteOptions {
  readonly site: string;
  readonly json?: boolean;
}

interface Options extends SiteOptions {
  readonly toAddon?: string;
  readonly toWebhook?: string;
  readonly since?: string;
  readonly until?: string;
  readonly event?: readonly string[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export async function createReplay({ io, client }: Context, options: Options): Promise<Ending> {
  const { site, toAddon, toWebhook, since, until, event, all = false, dryRun = false } = options;
  if (since === undefined)
    throw usageFailure("The start of the period is missing", "For example: --since 7d");
  const started = await client.createReplay({
    path: { site },
    body: {
      to: readTarget(toAddon, toWebhook),
      since,
      ...(until === undefined ? {} : { until }),
      ...(event === undefined ? {} : { events: [...event] }),
      onlyMissing: !all,
      dryRun,
    },
  });
  if (!("id" in started)) {
    print(io, options, started, previewLines(started));
    return "done";
  }
  if (options.wait === true) return waitForEnd({ io, client }, started, options);
  print(io, options, started, [
    `${started.id}  started: callboard replays show ${started.id} --site ${options.site}`,
  ]);
  return "done";
}

function readTarget(addon: string | undefined, webhook: string | undefined) {
  if (addon !== undefined) return { addon };
  if (webhook !== undefined) return { webhook };
  throw usageFailure("The receiver is missing", "Give --to-addon KEY or --to-webhook ID");
}

async function waitForEnd({ io, client }: Context, started: Replay, options: Options): Promise<Ending> {
  const path = { site: options.site, id: started.id };
  let current = started;
  while (current.state === "running" || current.waiting > 0) {
    io.note(`${progressLine(current)}\n`);
    await sleep(LOOK_EVERY_MS);
    current = await client.showReplay({ path });
  }
  print(io, options, current, replayLines(current));
  return current.state === "done" ? "done" : "failed";
}

export async function listReplays(
  { io, client }: Context,
  options: ListFlags & SiteOptions & { readonly state?: Replay["state"]; readonly search?: string },
): Promise<Ending> {
  const { site, state, search } = options;
  const filter = defined({ state, q: search });
  const list = await fetchList(io, options, (page) =>
    client.listReplays({ path: { site }, query: { ...page, ...filter } }),
  );
  if (list.items.length === 0)
    io.note(
      Object.keys(filter).length > 0
        ? `No matching replays on site ${site}\n`
        : `No replays on site ${site}\n`,
    );
  const rows = list.items.map((each) =>
    [
      each.createdAt,
      each.id,
      each.state,
      `${each.events} of about ${each.aboutEvents}`,
      String(each.created + each.redelivered),
      String(each.waiting),
      nameReceiver(each),
    ].map(printable),
  );
  printTable(io, options, list, {
    head: ["TIME", "ID", "STATE", "EVENTS", "SENT", "WAITING", "RECEIVER"],
    rows,
  });
  return "done";
}

export async function showReplay({ io, client }: Context, id: string, options: SiteOptions): Promise<Ending> {
  const shown = await client.showReplay({ path: { site: options.site, id } });
  print(io, options, shown, replayLines(shown));
  return "done";
}

export async function cancelReplay(
  { io, client }: Context,
  id: string,
  options: SiteOptions,
): Promise<Ending> {
  const ended = await client.cancelReplay({ path: { site: options.site, id } });
  print(io, options, ended, replayLines(ended));
  return "done";
}

const progressLine = ({ id, state, events, aboutEvents, waiting, eventsPerSecond }: Replay): string =>
  printable(
    `${id}  ${state}  ${events} of about ${aboutEvents} events, ${eventsPerSecond}/s, ${waiting} waiting`,
  );

const replayLines = (shown: Replay): readonly string[] => [
  progressLine(shown),
  ...(isMissing(shown.reason) ? [] : [printable(shown.reason)]),
  `${shown.created} created, ${shown.redelivered} redelivered`,
  ...leftOutLines(shown),
];

const previewLines = (preview: Preview): readonly string[] => [
  `${preview.created + preview.redelivered} of ${preview.events} events would be sent`,
  ...(preview.complete
    ? []
    : [`only the first ${preview.events} of about ${preview.aboutEvents} events were looked at`]),
  ...leftOutLines(preview),
];

const leftOutLines = ({ leftOut }: Pick<Replay, "leftOut">): readonly string[] =>
  leftOut.flatMap(({ kind, count, first }) => [
    `left out: ${count} ${kind}`,
    ...first.map(({ eventId, reason }) => printable(`  ${eventId}  ${reason}`)),
  ]);
