/** `callboard deliveries list|show|cancel` */
import type { Schemas } from "../../client/index.ts";
import { indentJson } from "../../inspector/json-text.ts";
import { canceledText, changeMany } from "../consent.ts";
import type { MassOptions } from "../consent.ts";
import type { Context } from "../context.ts";
import { DELIVERY_HEAD, deliveryCells, formatState, toFilter } from "../delivery-filter.ts";
import type { DeliveryFilter } from "../delivery-filter.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

type Attempt = Schemas["Attempt"];

function orderLines({ order }: Pick<Schemas["Delivery"], "order">): readonly string[] {
  if (isMissing(order)) return [];
  const number = isMissing(order.sequence) ? "not numbered yet" : `number ${order.sequence}`;
  return [`  key ${printable(order.key)}, ${number}${order.behind ? ", behind an earlier delivery" : ""}`];
}

/** A longer body (in characters) is printed as it is. */
const MAX_INDENTED = 100_000;

export async function listDeliveries(
  { io, client }: Context,
  options: DeliveryFilter & ListFlags,
): Promise<Ending> {
  const filter = toFilter(options);
  const list = await fetchList(io, options, (page) =>
    client.listDeliveries({ query: { ...page, ...filter } }),
  );
  if (list.items.length === 0) {
    io.note(
      "No deliveries match. Publish an event: callboard trigger EVENT (event types: callboard catalogue list)\n",
    );
  }
  printTable(io, options, list, { head: DELIVERY_HEAD, rows: list.items.map(deliveryCells) });
  return "done";
}

/** One by its ID, or all that wait and match the filter. */
export async function cancelDeliveries(
  { io, client }: Context,
  id: string | undefined,
  options: DeliveryFilter & MassOptions & { readonly json?: boolean },
): Promise<Ending> {
  const filter = toFilter(options);
  if (id !== undefined) {
    if (Object.keys(filter).length > 0 || options.dryRun === true)
      throw usageFailure("Give the ID of a delivery or a filter, not both");
    const canceled = await client.cancelDelivery({ path: { id } });
    print(io, options, canceled, [deliveryCells(canceled).map(printable).join("  ")]);
    return "done";
  }
  // Only what failed has a reason.
  const { state = "waiting", reason: _reason, ...others } = filter;
  if (state !== "waiting")
    throw usageFailure(`Only waiting deliveries can be canceled, not --state ${state}`);
  const canceled = await changeMany(
    io,
    {
      change: (dryRun) => client.cancelMany({ body: { filter: { ...others, state }, dryRun } }),
      filtered: Object.keys(others),
      kind: "waiting",
      fate: "will be canceled",
    },
    options,
  );
  print(io, options, canceled, [canceledText(canceled)]);
  return "done";
}

interface ShowOptions {
  /** The headers of every attempt. */
  readonly headers?: boolean;
  readonly json?: boolean;
}

export async function showDelivery(
  { io, client }: Context,
  id: string,
  options: ShowOptions,
): Promise<Ending> {
  const delivery = await client.showDelivery({ path: { id } });
  const [first] = delivery.attempts;
  const isShort = options.headers !== true;
  print(io, options, delivery, [
    `${delivery.id}  ${printable(delivery.event ?? "-")}  ${formatState(delivery)}`,
    ...(isMissing(delivery.reasonMeaning) ? [] : [`  ${delivery.reasonMeaning}`]),
    ...(isMissing(delivery.waitingMeaning) ? [] : [`  ${delivery.waitingMeaning}`]),
    ...orderLines(delivery),
    ...(isMissing(delivery.batchId) ? [] : [`  batch ${delivery.batchId}`]),
    ...(isMissing(delivery.nextAttemptAt) ? [] : [`  next attempt at ${delivery.nextAttemptAt}`]),
    ...Object.entries(delivery.params).map(
      ([name, value]) => `  param ${printable(name)}: ${printable(value)}`,
    ),
    ...delivery.attempts.flatMap((attempt) =>
      attemptLines(attempt, isShort && attempt !== first ? first : undefined),
    ),
    ...(isMissing(delivery.body)
      ? ["", "  the body was deleted after the retention period"]
      : ["", printable(indent(delivery.body))]),
  ]);
  return "done";
}

function indent(body: string): string {
  if (body.length > MAX_INDENTED) return body;
  try {
    JSON.parse(body);
    return indentJson(body);
  } catch {
    return body;
  }
}

const cutText = ({ cut, cutBecause }: NonNullable<Attempt["response"]>): string =>
  cutBecause === "budget" ? " [cut: the receiver's responses used up their storage]" : cut ? " [cut]" : "";

/** The headers, or those that are other than before. */
function headerLines(headers: readonly string[][], before: readonly string[][] = []): readonly string[] {
  const known = new Set(before.map((header) => header.join("\n")));
  return headers
    .filter((header) => !known.has(header.join("\n")))
    .map(([name = "", value = ""]) => `    ${printable(name)}: ${printable(value)}`);
}

/** @param first the attempt whose headers are above already */
function attemptLines(attempt: Attempt, first: Attempt | undefined): readonly string[] {
  const { request, response } = attempt;
  return [
    "",
    `  #${attempt.number}  ${attempt.startedAt}  ${attempt.outcome}  ${attempt.durationMs} ms`,
    ...(isMissing(attempt.cause) ? [] : [`  ${attempt.cause} ${attempt.remedy ?? ""}`]),
    ...(isMissing(attempt.detail) ? [] : [`  ${printable(attempt.detail)}`]),
    `    ${request.method} ${printable(request.url)}`,
    ...headerLines(request.headers, first?.request.headers),
    ...(isMissing(request.claims) ? [] : [`    token: ${printable(JSON.stringify(request.claims))}`]),
    ...(isMissing(response)
      ? []
      : [
          `    → ${response.status}`,
          ...headerLines(response.headers, first?.response?.headers),
          ...(response.body === "" ? [] : [`    ${printable(response.body)}${cutText(response)}`]),
        ]),
  ];
}
