/** `callboard endpoints list|show|try|resume|cancel` */
import { changeMany } from "../consent.ts";
import type { Client } from "../client.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { columns, print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Rate {
  readonly attempts: number;
  readonly success: number | null;
  readonly averageMs: number | null;
}

interface Endpoint {
  readonly site: string;
  readonly number: number;
  readonly receiver: string;
  readonly origin: string;
  readonly state: string;
  readonly receiverState: string;
  readonly waiting: number;
  readonly waitingIsMore: boolean;
  readonly oldestWaitingAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly last: { readonly outcome: string; readonly status: number | null } | null;
  readonly rates: Readonly<Record<string, Rate>>;
}

interface Shown extends Endpoint {
  readonly notSending: { readonly detail: string; readonly until: string | null } | null;
  readonly pausedAt: string | null;
  readonly failingSince: string | null;
}

interface Page {
  readonly items: readonly Endpoint[];
  readonly next: string | null;
  readonly total: number;
}

interface ListOptions {
  readonly site?: string;
  readonly state?: string;
  readonly search?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface OneOptions {
  readonly site: string;
  readonly json?: boolean;
}

const MAX_ROWS = 500;

export async function listEndpoints({ io, client }: Context, options: ListOptions): Promise<Ending> {
  const { site, state, search, limit } = options;
  const items: Endpoint[] = [];
  let cursor: string | null = null;
  let total: number;
  do {
    const words: URLSearchParams = new URLSearchParams({
      limit: String(Math.min(limit - items.length, MAX_ROWS)),
      ...(site === undefined ? {} : { site }),
      ...(state === undefined ? {} : { state }),
      ...(search === undefined ? {} : { q: search }),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: Page = await client.call<Page>("GET", `/endpoints?${words}`);
    items.push(...page.items);
    ({ next: cursor, total } = page);
  } while (cursor !== null && items.length < limit);
  if (items.length === 0) {
    const isFiltered = state !== undefined || search !== undefined;
    io.note(
      isFiltered
        ? "no endpoint matches\n"
        : "no endpoint: install an add-on or add an outgoing webhook (callboard install, webhooks add)\n",
    );
  } else if (items.length < total) {
    io.note(`${items.length} of ${total} endpoints; --limit shows more\n`);
  }
  const list = { items, next: cursor, total };
  printTable(io, options, list, {
    head: ["SITE", "NO", "STATE", "24 H", "WAITING", "RECEIVER", "ORIGIN", "NEXT"],
    rows: items.map(cellsOf),
  });
  return "done";
}

export async function showEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  const endpoint = await client.call<Shown>("GET", pathOf(number, options));
  const { last, notSending, rates } = endpoint;
  print(io, options, endpoint, [
    `${endpoint.receiver} on ${endpoint.site}, endpoint ${endpoint.number}`,
    ...columns(
      [
        ["  origin", endpoint.origin],
        ["  state", stateText(endpoint)],
        ["  paused since", endpoint.pausedAt],
        ["  failing since", endpoint.failingSince],
        [
          "  waiting",
          `${waitingText(endpoint)}${endpoint.oldestWaitingAt === null ? "" : `, oldest from ${endpoint.oldestWaitingAt}`}`,
        ],
        ["  last result", last === null ? "none" : String(last.status ?? last.outcome)],
        ["  next attempt", endpoint.nextAttemptAt ?? "none"],
        ...Object.entries(rates).map(([name, rate]) => [`  last ${name}`, rateText(rate)]),
        ["  not sending", notSending === null ? null : notSending.detail],
      ].flatMap(([name, value]) =>
        value === null || value === undefined ? [] : [[name ?? "", printable(value)]],
      ),
    ),
  ]);
  return "done";
}

export async function tryEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  const tried = await client.call<{ readonly deliveryId: string }>("POST", `${pathOf(number, options)}/try`);
  print(io, options, tried, [
    `sending ${tried.deliveryId} to endpoint ${number}; the result: callboard deliveries show ${tried.deliveryId}`,
  ]);
  return "done";
}

interface Resumed {
  readonly endpoints: number;
  readonly subscriptions: number;
}

export async function resumeEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  const resumed = await client.call<Resumed>("POST", `${pathOf(number, options)}/resume`);
  const isNothing = resumed.endpoints + resumed.subscriptions === 0;
  print(io, options, resumed, [
    isNothing ? `endpoint ${number} was not stopped: nothing changed` : `resumed: endpoint ${number}`,
  ]);
  return "done";
}

export async function cancelWaiting(
  context: Context,
  number: string,
  options: OneOptions & { readonly dryRun?: boolean; readonly yes?: boolean },
): Promise<Ending> {
  // An unknown number matches nothing, and would look like success.
  await requireEndpoint(context.client, number, options);
  const cancelled = await changeMany(
    context,
    {
      path: "/cancellations",
      filter: { site: options.site, endpoint: number },
      kind: "waiting",
      fate: "will be canceled",
    },
    options,
  );
  const { count, more, dryRun } = cancelled;
  print(context.io, options, cancelled, [
    `${dryRun ? "Would cancel" : "Canceled"} ${count}${more ? " or more" : ""} waiting ${count === 1 ? "delivery" : "deliveries"}`,
  ]);
  return "done";
}

async function requireEndpoint(client: Client, number: string, options: OneOptions): Promise<void> {
  await client.call("GET", pathOf(number, options));
}

const pathOf = (number: string, { site }: OneOptions): string =>
  `/sites/${encodeURIComponent(site)}/endpoints/${encodeURIComponent(number)}`;

function stateText({ state, receiverState }: Endpoint): string {
  if (receiverState === "active") return state;
  return state === "healthy" ? receiverState : `${receiverState}, ${state}`;
}

const waitingText = ({ waiting, waitingIsMore }: Endpoint): string =>
  `${waitingIsMore ? "more than " : ""}${waiting} waiting`;

function rateText({ attempts, success, averageMs }: Rate): string {
  if (attempts === 0) return "no attempts";
  return `${Math.floor((success ?? 0) * 1000) / 10}% of ${attempts} attempts returned 2xx, ${averageMs ?? 0} ms on average`;
}

function cellsOf(endpoint: Endpoint): readonly string[] {
  const { site, number, receiver, origin, nextAttemptAt, rates } = endpoint;
  const { success = null } = rates["24h"] ?? {};
  return [
    site,
    String(number),
    stateText(endpoint),
    success === null ? "–" : `${Math.floor(success * 1000) / 10}%`,
    waitingText(endpoint),
    receiver,
    origin,
    nextAttemptAt === null ? "" : `next ${nextAttemptAt}`,
  ];
}
