/** `callboard webhooks test|test-url|preview|try-filter`: what a webhook would do, before it does. */
import type { Schemas } from "../../client/index.ts";
import type { JsonText } from "../../client/json-text.ts";
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { loadJson } from "../source.ts";
import { printTable } from "../table.ts";
import { nameFor, toBodyFilter, toSavedValues, toValues } from "../webhook-values.ts";
import type { WebhookFlags } from "../webhook-values.ts";
import { isMissing } from "../missing.ts";

interface DataOption {
  readonly data?: string;
}

/** Sends a test and ends by what became of it. */
export async function testWebhook(
  { io, client }: Context,
  id: string,
  event: string,
  options: DataOption & { readonly site: string; readonly json?: boolean },
): Promise<Ending> {
  const result = await client.testWebhook({
    path: { site: options.site, id },
    body: { event, ...(await readPayload(options, io)) },
  });
  return tellResult(io, options, result);
}

export async function testUrl(
  { io, client }: Context,
  url: string,
  event: string,
  options: DataOption & WebhookFlags,
): Promise<Ending> {
  const result = await client.testUnsavedWebhook({
    path: { site: options.site },
    body: {
      ...(await toValues(options, io)),
      name: nameFor(url, options.name),
      url,
      event,
      ...(await readPayload(options, io)),
    },
  });
  return tellResult(io, options, result);
}

/** Shows what a webhook would send: a saved one with the values that are given beside, or a new one. */
export async function previewWebhook(
  { io, client }: Context,
  target: string,
  event: string,
  options: DataOption & WebhookFlags & { readonly limit: number },
): Promise<Ending> {
  const { site, limit } = options;
  const values = await toValues(options, io);
  const saved = target.startsWith("whk_")
    ? await client.showWebhook({ path: { site, id: target } })
    : undefined;
  const url = saved?.url ?? target;
  const previews = await client.previewWebhook({
    path: { site },
    body: {
      ...(saved === undefined ? {} : { ...toSavedValues(saved, options.format), id: target }),
      ...values,
      name: options.name ?? saved?.name ?? nameFor(url, undefined),
      url,
      event,
      limit,
      ...(await readPayload(options, io)),
    },
  });
  print(
    io,
    options,
    previews,
    previews.items.flatMap((preview) => previewLines(preview, previews.limit)),
  );
  return previews.items.every(({ problem }) => isMissing(problem)) ? "done" : "failed";
}

type Previews = Schemas["WebhookPreviews"];

function previewLines(preview: Previews["items"][number], limit: Previews["limit"]): readonly string[] {
  const { event, eventId, url, headers, body, size, cut, problem } = preview;
  const title = `${printable(event)}  ${eventId ?? "sample"}`;
  if (!isMissing(problem)) return [title, `  ${printable(problem)}`, ""];
  const unit = limit?.unit ?? "bytes";
  const accepted = isMissing(limit) ? "" : ` of ${limit.max}`;
  const whole = isMissing(cut) ? "" : `, cut from ${cut.from}`;
  return [
    `${title}  ${size ?? 0}${accepted} ${unit}${whole}`,
    `  POST ${printable(url ?? "")}`,
    ...(headers ?? []).map(([name = "", value = ""]) => `  ${printable(name)}: ${printable(value)}`),
    "",
    `  ${printable(body ?? "")}`,
    "",
  ];
}

async function readPayload({ data }: DataOption, io: Io): Promise<{ readonly payload?: JsonText }> {
  return data === undefined ? {} : { payload: await loadJson(data, io) };
}

function tellResult(io: Io, options: { readonly json?: boolean }, result: Schemas["TestDelivery"]): Ending {
  const { attempt, state, deliveryId } = result;
  const response = attempt?.response ?? null;
  print(io, options, result, [
    [
      state,
      response?.status ?? attempt?.outcome ?? "no result yet",
      ...(isMissing(attempt) ? [] : [`${attempt.durationMs} ms`]),
      deliveryId,
    ].join("  "),
    ...(isMissing(attempt) || isMissing(attempt.detail) ? [] : [`  ${printable(attempt.detail)}`]),
    ...(isMissing(response) || response.body === "" ? [] : [`  ${printable(response.body)}`]),
  ]);
  return state === "delivered" ? "done" : "failed";
}

const RESULTS = { matched: "matches", "not-matched": "no match", "body-deleted": "body deleted" } as const;

/** Tells which of the latest events a body filter matches. */
export async function tryBodyFilter(
  { io, client }: Context,
  filter: string,
  options: {
    readonly site: string;
    readonly event?: string;
    readonly limit: number;
    readonly json?: boolean;
  },
): Promise<Ending> {
  const { site, event, limit } = options;
  const bodyFilter = await toBodyFilter(filter, io);
  if (isMissing(bodyFilter)) throw usageFailure("The body filter is empty");
  const result = await client.tryBodyFilter({
    path: { site },
    body: { bodyFilter, limit, ...defined({ event }) },
  });
  const { events, matched, bodyDeleted } = result.counts;
  const rows = result.items.map((item) => [
    item.createdAt,
    RESULTS[item.result],
    item.eventId,
    item.event,
    item.reason ?? "",
  ]);
  const judged = events - bodyDeleted;
  printTable(io, options, result, { head: ["TIME", "RESULT", "EVENT ID", "EVENT", "REASON"], rows });
  io.note(
    events === 0
      ? `No events on ${site} to try it on\n`
      : `Matches ${matched} of ${judged} events${bodyDeleted === 0 ? "" : `; ${bodyDeleted} more ${bodyDeleted === 1 ? "has" : "have"} no body any more`}\n`,
  );
  return "done";
}
