/** `callboard endpoints list|show|update|try|resume|cancel` */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import { headerAndTlsRows, toEndpointAccess } from "../access-values.ts";
import type { EndpointAccessFlags } from "../access-values.ts";
import { canceledText, changeMany } from "../consent.ts";
import type { MassOptions } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { paceRows, toPace } from "../pace-values.ts";
import type { EndpointPaceFlags } from "../pace-values.ts";
import { printTable } from "../table.ts";
import { formatShare, resumedLine } from "../told.ts";
import { isMissing } from "../missing.ts";

type Endpoint = Schemas["Endpoint"];
type State = NonNullable<NonNullable<RequestOf<"listEndpoints">["query"]>["state"]>;

interface ListOptions extends ListFlags {
  readonly site?: string;
  readonly state?: State;
  readonly search?: string;
}

interface OneOptions {
  readonly site: string;
  readonly json?: boolean;
}

export async function listEndpoints({ io, client }: Context, options: ListOptions): Promise<Ending> {
  const { site, state, search } = options;
  const filter = defined({ state, q: search });
  const list = await fetchList(io, options, (page) => {
    const query = { ...page, ...filter };
    return site === undefined
      ? client.listEndpoints({ query })
      : client.listSiteEndpoints({ path: { site }, query });
  });
  if (list.items.length === 0) {
    io.note(
      Object.keys(filter).length > 0
        ? "No endpoint matches\n"
        : "No endpoints. Install an add-on or create an outgoing webhook: callboard install URL, callboard webhooks create URL\n",
    );
  }
  printTable(io, options, list, {
    head: ["SITE", "NO", "STATE", "24 H", "WAITING", "RECEIVER", "ORIGIN", "NEXT"],
    rows: list.items.map(toCells),
  });
  return "done";
}

export async function showEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  tellEndpoint(io, options, await client.showEndpoint({ path: toPath(number, options) }));
  return "done";
}

function tellEndpoint(io: Io, options: OneOptions, endpoint: Schemas["EndpointDetail"]): void {
  const { last, notSending, rates } = endpoint;
  print(io, options, endpoint, [
    `${endpoint.receiver} on ${endpoint.site}, endpoint ${endpoint.number}`,
    ...columns(
      [
        ["  origin", endpoint.origin],
        ["  state", formatState(endpoint)],
        ["  paused since", endpoint.pausedAt],
        ["  failing since", endpoint.failingSince],
        [
          "  waiting",
          `${formatWaiting(endpoint)}${isMissing(endpoint.oldestWaitingAt) ? "" : `, oldest from ${endpoint.oldestWaitingAt}`}`,
        ],
        ["  last result", isMissing(last) ? "none" : String(last.status ?? last.outcome)],
        ["  next attempt", endpoint.nextAttemptAt ?? "none"],
        ...Object.entries(rates).map(([name, rate]) => [`  last ${name}`, formatRate(rate)]),
        ["  not sending", isMissing(notSending) ? null : notSending.detail],
        ["  order by", endpoint.orderBy],
        ...endpoint.warnings.map(({ detail }) => ["  warning", detail]),
        ...endpoint.stuckKeys.map(({ key, sequence, deliveryId, behind, behindIsMore }) => [
          "  stuck key",
          `${key}: ${behindIsMore ? "more than " : ""}${behind} behind number ${sequence}; skip it: callboard deliveries cancel ${deliveryId}`,
        ]),
        ...[...headerAndTlsRows(endpoint), ...paceRows(endpoint.pace)].map(([name, value]) => [
          `  ${name}`,
          value,
        ]),
      ].flatMap(([name, value]) => (isMissing(value) ? [] : [[name ?? "", printable(value)]])),
    ),
  ]);
}

/** What is left out stays as it is. */
export async function updateEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions & EndpointPaceFlags & EndpointAccessFlags & { readonly orderBy?: string },
): Promise<Ending> {
  const path = toPath(number, options);
  const before = await client.showEndpoint({ path });
  const { orderBy } = options;
  const body = defined({
    pace: toPace(options, before.pace),
    orderBy: orderBy === "" ? null : orderBy,
    ...(await toEndpointAccess(options, io)),
  });
  tellEndpoint(io, options, await client.updateEndpoint({ path, body }));
  return "done";
}

export async function tryEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  const tried = await client.tryEndpoint({ path: toPath(number, options) });
  print(io, options, tried, [
    `sending ${tried.deliveryId} to endpoint ${number}; the result: callboard deliveries show ${tried.deliveryId}`,
  ]);
  return "done";
}

export async function resumeEndpoint(
  { io, client }: Context,
  number: string,
  options: OneOptions,
): Promise<Ending> {
  const resumed = await client.resumeEndpoint({ path: toPath(number, options) });
  print(io, options, resumed, [resumedLine(`endpoint ${number}`, resumed)]);
  return "done";
}

export async function cancelWaiting(
  { io, client }: Context,
  number: string,
  options: OneOptions & MassOptions,
): Promise<Ending> {
  // An unknown number matches nothing, and would look like success.
  await client.showEndpoint({ path: toPath(number, options) });
  const filter = { site: options.site, endpoint: number };
  const canceled = await changeMany(
    io,
    {
      change: (dryRun) => client.cancelMany({ body: { filter, dryRun } }),
      filtered: Object.keys(filter),
      kind: "waiting",
      fate: "will be canceled",
    },
    options,
  );
  print(io, options, canceled, [canceledText(canceled)]);
  return "done";
}

const toPath = (number: string, { site }: OneOptions) => ({ site, number });

function formatState({ state, receiverState }: Endpoint): string {
  if (receiverState === "active") return state;
  return state === "healthy" ? receiverState : `${receiverState}, ${state}`;
}

const formatWaiting = ({ waiting, waitingIsMore }: Endpoint): string =>
  `${waitingIsMore ? "more than " : ""}${waiting} waiting`;

function formatRate({ attempts, success, averageMs }: Schemas["EndpointRate"]): string {
  if (attempts === 0) return "no attempts";
  return `${formatShare(success ?? 0)} of ${attempts} attempts returned 2xx, ${averageMs ?? 0} ms on average`;
}

function toCells(endpoint: Endpoint): readonly string[] {
  const { site, number, receiver, origin, nextAttemptAt, rates } = endpoint;
  const { success } = rates["24h"];
  return [
    site,
    String(number),
    formatState(endpoint),
    isMissing(success) ? "–" : formatShare(success),
    formatWaiting(endpoint),
    receiver,
    origin,
    isMissing(nextAttemptAt) ? "" : `next ${nextAttemptAt}`,
  ];
}
