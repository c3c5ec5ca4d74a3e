/** `callboard endpoints list|resume` */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { columns, print, printable } from "../io.ts";

interface Endpoint {
  readonly site: string | null;
  readonly number: number;
  readonly receiver: string | null;
  readonly addonKey: string | null;
  readonly webhookId: string | null;
  readonly origin: string;
  readonly state: string;
  readonly waiting: number;
  readonly nextProbeAt: string | null;
}

export async function listEndpoints(
  { io, client }: Context,
  options: { readonly site?: string; readonly json?: boolean },
): Promise<Ending> {
  const query = options.site === undefined ? "" : `?${new URLSearchParams({ site: options.site })}`;
  const list = await client.call<{ readonly items: readonly Endpoint[] }>("GET", `/endpoints${query}`);
  if (list.items.length === 0) {
    io.note("no endpoint: install an add-on or add an outgoing webhook (callboard install, webhooks add)\n");
  }
  print(io, options, list, columns(list.items.map((endpoint) => cellsOf(endpoint).map(printable))));
  return "done";
}

interface Resumed {
  readonly endpoints: number;
  readonly subscriptions: number;
}

export async function resumeEndpoint(
  { io, client }: Context,
  number: string,
  options: { readonly site: string; readonly json?: boolean },
): Promise<Ending> {
  const path = `/sites/${encodeURIComponent(options.site)}/endpoints/${encodeURIComponent(number)}/resume`;
  const resumed = await client.call<Resumed>("POST", path);
  const isNothing = resumed.endpoints + resumed.subscriptions === 0;
  print(io, options, resumed, [
    isNothing ? `endpoint ${number} was not stopped: nothing changed` : `resumed: endpoint ${number}`,
  ]);
  return "done";
}

function cellsOf(endpoint: Endpoint): readonly string[] {
  const { site, number, receiver, addonKey, webhookId, origin, state, waiting, nextProbeAt } = endpoint;
  return [
    site ?? "",
    String(number),
    state,
    `${waiting} waiting`,
    receiver ?? addonKey ?? webhookId ?? "",
    origin,
    nextProbeAt === null ? "" : `next probe ${nextProbeAt}`,
  ];
}
