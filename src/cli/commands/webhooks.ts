/** `callboard webhooks` */
import type { Json } from "../client.ts";
import { confirm, waitingOf } from "../consent.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";
import type { Io } from "../io.ts";
import { readText } from "../source.ts";
import { problemLines, statusText } from "../told.ts";
import type { ToldWarning } from "../told.ts";

interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly format: string;
  readonly project: string | null;
  readonly events: readonly string[] | null;
  readonly deprecatedEvents: readonly { readonly event: string; readonly replacedBy: string | null }[];
  readonly filter: string | null;
  readonly bodyFilter: Json | null;
  readonly excludeBody: boolean;
  readonly description: string;
  readonly signature: string;
  readonly publicKeys: readonly {
    readonly kid: string;
    readonly key: string;
    readonly until: string | null;
  }[];
  readonly retryProfile: string | null;
  readonly active: boolean;
  readonly status: "OK" | "ERROR" | null;
  readonly lastExecutionAt: string | null;
}

type Changed = Webhook & { readonly secret?: string; readonly warnings: readonly ToldWarning[] };

interface Options {
  readonly site: string;
  readonly json?: boolean;
}

/** What add and edit may be told. */
interface Values extends Options {
  readonly name?: string;
  readonly url?: string;
  readonly format?: string;
  readonly event?: readonly string[];
  /** Of an edit: from now on every event. */
  readonly allEvents?: boolean;
  readonly project?: string;
  readonly filter?: string;
  /** JSON text, or @ and the name of a file that has it. */
  readonly bodyFilter?: string;
  readonly description?: string;
  readonly generateSecret?: boolean;
  readonly signature?: string;
  /** False with --no-active. */
  readonly active?: boolean;
}

const webhooksOf = ({ site }: Options) => `/sites/${encodeURIComponent(site)}/webhooks`;
const pathOf = (id: string, options: Options) => `${webhooksOf(options)}/${encodeURIComponent(id)}`;

export async function listWebhooks({ io, client }: Context, options: Options): Promise<Ending> {
  const list = await client.callList<{ readonly items: readonly Webhook[] }>(webhooksOf(options));
  const rows = list.items.map((webhook) => [
    webhook.id,
    webhook.active ? (webhook.status ?? "-") : "inactive",
    webhook.lastExecutionAt ?? "never sent",
    printable(webhook.name),
    eventsText(webhook),
    printable(webhook.url),
  ]);
  if (rows.length === 0) {
    io.note(
      `no outgoing webhook on ${options.site}; add one: callboard webhooks add URL --site ${options.site}\n`,
    );
  }
  printTable(io, options, list, { head: ["ID", "LAST", "EXECUTED", "NAME", "EVENTS", "URL"], rows: rows });
  return "done";
}

function eventsText({ events, deprecatedEvents }: Webhook): string {
  if (events === null) return "every event";
  const deprecated = deprecatedEvents.map(
    ({ event, replacedBy }) => `${event} ${statusText({ status: "deprecated", replacedBy })}`,
  );
  return `${events.join(",")}${deprecated.length === 0 ? "" : ` (${deprecated.join("; ")})`}`;
}

export async function addWebhook({ io, client }: Context, url: string, options: Values): Promise<Ending> {
  const { site: _site, json: _json, event, bodyFilter, ...values } = options;
  const name = values.name ?? (URL.canParse(url) ? new URL(url).host : url);
  const made = await client.call<Changed>("POST", webhooksOf(options), {
    ...values,
    name,
    url,
    ...(event === undefined ? {} : { events: event }),
    ...(bodyFilter === undefined ? {} : { bodyFilter: await readBodyFilter(bodyFilter, io) }),
  });
  tellChanged(io, options, made);
  return "done";
}

/** What is not told stays as it is, "" takes a value away: the API replaces every value but the secret. */
export async function editWebhook({ io, client }: Context, id: string, options: Values): Promise<Ending> {
  const { site: _site, json: _json, event, allEvents, bodyFilter, ...values } = options;
  const before = await client.call<Webhook>("GET", pathOf(id, options));
  const { name, url, format, project, events, filter, excludeBody, description } = before;
  const { signature, retryProfile, active } = before;
  const given = bodyFilter === undefined ? before.bodyFilter : await readBodyFilter(bodyFilter, io);
  const changed = await client.call<Changed>("PUT", pathOf(id, options), {
    name,
    url,
    format,
    project,
    filter,
    bodyFilter: given,
    excludeBody,
    description,
    signature,
    retryProfile,
    active,
    events: allEvents === true ? null : (event ?? events),
    ...values,
    ...(values.project === "" ? { project: null } : {}),
    ...(values.filter === "" ? { filter: null } : {}),
  });
  tellChanged(io, options, changed);
  return "done";
}

/**
 * Reads the JSON object of a --body-filter; "" is none.
 * @throws CommandFailure USAGE when it is no JSON, and what readText throws
 */
async function readBodyFilter(given: string, io: Io): Promise<Json | null> {
  if (given === "") return null;
  const text = given.startsWith("@") ? await readText(given.slice(1), io) : given;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw usageFailure(
      "The body filter is not JSON",
      `Quote it for the shell, such as '{"order.total": {"$gte": 100}}', or give a file: @filter.json`,
    );
  }
}

interface TrialResult {
  readonly items: readonly {
    readonly eventId: string;
    readonly event: string;
    readonly createdAt: string;
    readonly result: "matched" | "not-matched" | "body-deleted";
    readonly reason: string | null;
  }[];
  readonly counts: { readonly events: number; readonly matched: number; readonly bodyDeleted: number };
}

const RESULTS = { matched: "matches", "not-matched": "no match", "body-deleted": "body deleted" } as const;

/** Tells which of the latest events a body filter matches. */
export async function tryBodyFilter(
  { io, client }: Context,
  filter: string,
  options: Options & { readonly event?: string; readonly limit: number },
): Promise<Ending> {
  const { site, event, limit } = options;
  const result = await client.call<TrialResult>(
    "POST",
    `/sites/${encodeURIComponent(site)}/body-filters/try`,
    {
      bodyFilter: await readBodyFilter(filter, io),
      limit,
      ...(event === undefined ? {} : { event }),
    },
  );
  const { events, matched, bodyDeleted } = result.counts;
  const rows = result.items.map((item) => [
    item.createdAt,
    RESULTS[item.result],
    item.eventId,
    item.event,
    item.reason ?? "",
  ]);
  const judged = events - bodyDeleted;
  printTable(io, options, result, { head: ["TIME", "RESULT", "EVENT ID", "EVENT", "REASON"], rows: rows });
  io.note(
    events === 0
      ? `No events on ${site} to try it on\n`
      : `Matches ${matched} of ${judged} events${bodyDeleted === 0 ? "" : `; ${bodyDeleted} more ${bodyDeleted === 1 ? "has" : "have"} no body any more`}\n`,
  );
  return "done";
}

function tellChanged(io: Io, options: Options, webhook: Changed): void {
  if (webhook.secret !== undefined) io.note("keep the secret: it is not shown again\n");
  print(io, options, webhook, [
    `${webhook.id}  ${printable(webhook.name)}  ${printable(webhook.url)}`,
    ...(webhook.secret === undefined ? [] : [`  secret ${webhook.secret}`]),
    ...webhook.publicKeys.map(
      ({ key, until }) => `  public key ${key}${until === null ? "" : ` (signs until ${until})`}`,
    ),
    ...problemLines("warning", webhook.warnings),
  ]);
}

export async function rotateWebhookSecret(
  { io, client }: Context,
  id: string,
  options: Options,
): Promise<Ending> {
  tellChanged(io, options, await client.call<Changed>("POST", `${pathOf(id, options)}/rotate-secret`));
  return "done";
}

export async function deleteWebhook(
  { io, client }: Context,
  id: string,
  options: Options & { readonly yes?: boolean },
): Promise<Ending> {
  const { name, url } = await client.call<Webhook>("GET", pathOf(id, options));
  const waiting = await waitingOf(client, { webhook: id });
  await confirm(io, `Deleting the webhook "${name}" to ${url} ends ${waiting}.`, options);
  await client.call("DELETE", pathOf(id, options));
  print(io, options, { id, deleted: true }, [`deleted: ${id}`]);
  return "done";
}

interface TestResult {
  readonly deliveryId: string | null;
  readonly state: "delivered" | "failed" | "waiting";
  readonly attempt: {
    readonly outcome: string;
    readonly durationMs: number;
    readonly detail: string | null;
    readonly response: { readonly status: number; readonly body: string } | null;
  } | null;
}

/** Sends a test and ends by what became of it. */
export async function executeWebhook(
  { io, client }: Context,
  id: string,
  event: string,
  options: Options & { readonly data?: string },
): Promise<Ending> {
  const payload = options.data === undefined ? "" : `,"payload":${await readText(options.data, io)}`;
  const body = `{"event":${JSON.stringify(event)}${payload}}`;
  const result = await client.call<TestResult>("POST", `${pathOf(id, options)}/execute`, body);
  const { attempt, state, deliveryId } = result;
  const answer = attempt?.response ?? null;
  print(io, options, result, [
    [
      state,
      answer?.status ?? attempt?.outcome ?? "no result yet",
      ...(attempt === null ? [] : [`${attempt.durationMs} ms`]),
      deliveryId ?? "",
    ].join("  "),
    ...(attempt === null || attempt.detail === null ? [] : [`  ${printable(attempt.detail)}`]),
    ...(answer === null || answer.body === "" ? [] : [`  ${printable(answer.body)}`]),
  ]);
  return state === "delivered" ? "done" : "failed";
}
