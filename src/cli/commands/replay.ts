/** `callboard replay`: sends past events to a receiver that did not get them; list, show and cancel. */
import { setTimeout as sleep } from "node:timers/promises";
import { readTime } from "../delivery-filter.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

const LOOK_EVERY_MS = 1_000;

interface LeftOut {
  readonly kind: string;
  readonly count: number;
  readonly first: readonly { readonly eventId: string; readonly reason: string }[];
}

interface Result {
  readonly addonKey: string | null;
  readonly webhookId: string | null;
  readonly aboutEvents: number;
  readonly events: number;
  readonly created: number;
  readonly redelivered: number;
  readonly leftOut: readonly LeftOut[];
}

interface Preview extends Result {
  readonly complete: boolean;
}

interface Replay extends Result {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly waiting: number;
  readonly eventsPerSecond: number;
  readonly createdAt: string;
}

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

const pathOf = ({ site }: SiteOptions, id?: string): string =>
  `/sites/${encodeURIComponent(site)}/replays${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;

export async function replay({ io, client }: Context, options: Options): Promise<Ending> {
  const { toAddon, toWebhook, since, until, event, all = false, dryRun = false } = options;
  if (toAddon === undefined && toWebhook === undefined)
    throw usageFailure("Name the receiver: --to-addon KEY or --to-webhook ID");
  if (since === undefined) throw usageFailure("Name the begin of the window: --since 7d, for example");
  const body = {
    to: toAddon === undefined ? { webhook: toWebhook } : { addon: toAddon },
    since: readTime("since", since),
    ...(until === undefined ? {} : { until: readTime("until", until) }),
    ...(event === undefined ? {} : { events: event }),
    onlyMissing: !all,
    dryRun,
  };
  if (dryRun) {
    const preview = await client.call<Preview>("POST", pathOf(options), body);
    print(io, options, preview, previewLines(preview));
    return "done";
  }
  let current = await client.call<Replay>("POST", pathOf(options), body);
  if (options.wait !== true) {
    print(io, options, current, [
      `${current.id}  started: callboard replay show ${current.id} --site ${options.site}`,
    ]);
    return "done";
  }
  while (current.state === "running" || current.waiting > 0) {
    io.note(`${progressLine(current)}\n`);
    await sleep(LOOK_EVERY_MS);
    current = await client.call<Replay>("GET", pathOf(options, current.id));
  }
  print(io, options, current, replayLines(current));
  return current.state === "done" ? "done" : "failed";
}

export async function listReplays({ io, client }: Context, options: SiteOptions): Promise<Ending> {
  const list = await client.call<{ readonly items: readonly Replay[] }>("GET", pathOf(options));
  if (list.items.length === 0) io.note(`no replay on ${options.site}\n`);
  const cells = list.items.map((each) =>
    [
      each.createdAt,
      each.id,
      each.state,
      `${each.events} of about ${each.aboutEvents}`,
      `${each.created + each.redelivered} sent`,
      each.waiting === 0 ? "" : `${each.waiting} waiting`,
      each.addonKey ?? each.webhookId ?? "",
    ].map(printable),
  );
  printTable(io, options, list, {
    head: ["ID", "STATE", "EVENTS", "SENT", "WAITING", "RECEIVER"],
    rows: cells,
  });
  return "done";
}

export async function showReplay({ io, client }: Context, id: string, options: SiteOptions): Promise<Ending> {
  const shown = await client.call<Replay>("GET", pathOf(options, id));
  print(io, options, shown, replayLines(shown));
  return "done";
}

export async function cancelReplay(
  { io, client }: Context,
  id: string,
  options: SiteOptions,
): Promise<Ending> {
  const ended = await client.call<Replay>("DELETE", pathOf(options, id));
  print(io, options, ended, replayLines(ended));
  return "done";
}

const progressLine = ({ id, state, events, aboutEvents, waiting, eventsPerSecond }: Replay): string =>
  printable(
    `${id}  ${state}  ${events} of about ${aboutEvents} events, ${eventsPerSecond}/s, ${waiting} waiting`,
  );

const replayLines = (shown: Replay): readonly string[] => [
  progressLine(shown),
  ...(shown.reason === null ? [] : [printable(shown.reason)]),
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

const leftOutLines = ({ leftOut }: Result): readonly string[] =>
  leftOut.flatMap(({ kind, count, first }) => [
    `left out: ${count} ${kind}`,
    ...first.map(({ eventId, reason }) => printable(`  ${eventId}  ${reason}`)),
  ]);
