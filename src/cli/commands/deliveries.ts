/** `callboard deliveries list|show|cancel` */
import { changeMany } from "../consent.ts";
import { DELIVERY_HEAD, deliveryCells, filterWords } from "../delivery-filter.ts";
import type { DeliveryFilter, ListedDelivery } from "../delivery-filter.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Page {
  readonly items: readonly ListedDelivery[];
  readonly next: string | null;
}

export async function listDeliveries(
  { io, client }: Context,
  options: DeliveryFilter & { readonly limit: number; readonly json?: boolean },
): Promise<Ending> {
  const { limit } = options;
  const items: ListedDelivery[] = [];
  let cursor: string | null = null;
  // A page may be short although there is more.
  do {
    const query: URLSearchParams = new URLSearchParams({
      ...filterWords(options),
      limit: String(Math.min(limit - items.length, 500)),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: Page = await client.call<Page>("GET", `/deliveries?${query}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < limit);
  if (items.length === 0) {
    io.note("no such delivery; fire an event: callboard trigger EVENT (callboard events list names them)\n");
  }
  printTable(io, options, { items, next: cursor }, { head: DELIVERY_HEAD, rows: items.map(deliveryCells) });
  return "done";
}

export async function cancelDeliveries(
  context: Context,
  options: DeliveryFilter & { readonly dryRun?: boolean; readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const cancelled = await changeMany(
    context,
    { path: "/cancellations", filter: filterWords(options), kind: "waiting", fate: "will be canceled" },
    options,
  );
  const { count, more, dryRun } = cancelled;
  print(context.io, options, cancelled, [
    `${dryRun ? "Would cancel" : "Canceled"} ${count}${more ? " or more" : ""} waiting ${count === 1 ? "delivery" : "deliveries"}`,
  ]);
  return "done";
}

interface Shown extends ListedDelivery {
  readonly body: string | null;
  readonly reasonMeaning: string | null;
  readonly nextAttemptAt: string | null;
  /** Of the webhook that it serves. */
  readonly params: Readonly<Record<string, string>>;
}

interface ShownAttempt {
  readonly number: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcome: string;
  readonly cause: string | null;
  readonly remedy: string | null;
  readonly detail: string | null;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly claims: Readonly<Record<string, unknown>> | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    readonly cut: boolean;
    readonly cutBecause?: "size" | "budget" | null;
  } | null;
}

type ShownDelivery = Omit<Shown, "attempts"> & { readonly attempts: readonly ShownAttempt[] };

export async function showDelivery(
  { io, client }: Context,
  id: string,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const delivery = await client.call<ShownDelivery>("GET", `/deliveries/${encodeURIComponent(id)}`);
  print(io, options, delivery, [
    `${delivery.id}  ${printable(delivery.event ?? "-")}  ${delivery.state}${delivery.reason === null ? "" : ` (${delivery.reason})`}`,
    ...(delivery.reasonMeaning === null ? [] : [`  ${delivery.reasonMeaning}`]),
    ...(delivery.nextAttemptAt === null ? [] : [`  next attempt at ${delivery.nextAttemptAt}`]),
    ...Object.entries(delivery.params).map(
      ([name, value]) => `  param ${printable(name)}: ${printable(value)}`,
    ),
    ...delivery.attempts.flatMap(attemptLines),
    ...(delivery.body === null ? ["", "  the body is no longer kept"] : ["", printable(delivery.body)]),
  ]);
  return "done";
}

const cutText = ({ cut, cutBecause }: NonNullable<ShownAttempt["response"]>): string =>
  cutBecause === "budget" ? " [cut: the receiver's responses used up their storage]" : cut ? " [cut]" : "";

const headerLines = (headers: readonly (readonly [string, string])[]) =>
  headers.map(([name, value]) => `    ${printable(name)}: ${printable(value)}`);

function attemptLines(attempt: ShownAttempt): readonly string[] {
  const { request, response } = attempt;
  return [
    "",
    `  #${attempt.number}  ${attempt.startedAt}  ${attempt.outcome}  ${attempt.durationMs} ms`,
    ...(attempt.cause === null ? [] : [`  ${attempt.cause} ${attempt.remedy ?? ""}`]),
    ...(attempt.detail === null ? [] : [`  ${printable(attempt.detail)}`]),
    `    ${request.method} ${printable(request.url)}`,
    ...headerLines(request.headers),
    ...(request.claims === null ? [] : [`    token: ${printable(JSON.stringify(request.claims))}`]),
    ...(response === null
      ? []
      : [
          `    → ${response.status}`,
          ...headerLines(response.headers),
          ...(response.body === "" ? [] : [`    ${printable(response.body)}${cutText(response)}`]),
        ]),
  ];
}
