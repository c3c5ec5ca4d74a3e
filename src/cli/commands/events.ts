/** `callboard events`: the catalogue, and what was accepted. */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";
import { statusText } from "../told.ts";

interface CatalogueItem {
  readonly product: string;
  readonly event: string;
  readonly name: string;
  readonly group: string;
  readonly status: string;
  readonly replacedBy: string | null;
}

interface CatalogueEntry extends CatalogueItem {
  readonly description: string;
  readonly confidence: string;
  readonly note: string | null;
  readonly ownAddonOnly: boolean;
  readonly typeId: number | null;
  readonly variables: readonly string[];
  readonly sample: unknown;
}

interface AcceptedItem {
  readonly id: string;
  readonly event: string;
  readonly createdAt: string;
}

interface Explained extends AcceptedItem {
  readonly notes: readonly string[];
  readonly missing: readonly string[];
}

interface CataloguePage {
  readonly items: readonly CatalogueItem[];
  readonly next: string | null;
}

interface EntryOptions {
  readonly product: string;
  readonly envelope?: string;
  readonly json?: boolean;
}

export async function listEvents(
  { io, client }: Context,
  options: { readonly product?: string; readonly json?: boolean },
): Promise<Ending> {
  const path = options.product === undefined ? "" : `/${encodeURIComponent(options.product)}`;
  const items: CatalogueItem[] = [];
  let cursor = "";
  do {
    const page = await client.call<CataloguePage>(
      "GET",
      `/catalogue${path}?limit=500${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.next ?? "";
  } while (cursor !== "");
  const rows = items.map((item) => [item.product, item.event, statusText(item), item.name]);
  printTable(
    io,
    options,
    { items, next: null },
    { head: ["PRODUCT", "EVENT", "STATUS", "NAME"], rows: rows },
  );
  return "done";
}

const entryOf = ({ client }: Context, event: string, { product, envelope }: EntryOptions) =>
  client.call<CatalogueEntry>(
    "GET",
    `/catalogue/${encodeURIComponent(product)}/${encodeURIComponent(event)}${
      envelope === undefined ? "" : `?envelope=${encodeURIComponent(envelope)}`
    }`,
  );

export async function showEvent(context: Context, event: string, options: EntryOptions): Promise<Ending> {
  const entry = await entryOf(context, event, options);
  print(context.io, options, entry, [
    `${entry.event}  ${entry.name}  (${entry.product}, ${entry.group}, ${statusText(entry)})`,
    `  ${entry.description}`,
    `  how well the body is known: ${entry.confidence}`,
    ...(entry.note === null ? [] : [`  note: ${entry.note}`]),
    ...(entry.typeId === null ? [] : [`  activity type: ${entry.typeId}`]),
    ...(entry.ownAddonOnly ? ["  goes only to the add-on that it is about"] : []),
    ...(entry.variables.length === 0 ? [] : [`  URL variables: ${entry.variables.join(", ")}`]),
    JSON.stringify(entry.sample, null, 2),
  ]);
  return "done";
}

export async function sampleEvent(context: Context, event: string, options: EntryOptions): Promise<Ending> {
  const { sample } = await entryOf(context, event, options);
  print(context.io, { json: true }, sample, []);
  return "done";
}

export async function receivedEvents(
  { io, client }: Context,
  options: { readonly site: string; readonly limit: number; readonly json?: boolean },
): Promise<Ending> {
  const list = await client.call<{ readonly items: readonly AcceptedItem[] }>(
    "GET",
    `/sites/${encodeURIComponent(options.site)}/events?limit=${options.limit}`,
  );
  if (list.items.length === 0) {
    io.note(
      `no event was accepted on ${options.site} yet; fire one: callboard trigger EVENT --site ${options.site}\n`,
    );
  }
  const rows = list.items.map(({ createdAt, id, event }) => [createdAt, id, event]);
  printTable(io, options, list, { head: ["TIME", "ID", "EVENT"], rows });
  return "done";
}

interface WhyRow {
  readonly addonKey: string | null;
  readonly webhookId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly reason: string;
  readonly changed: string | null;
  readonly deliveries: readonly { readonly id: string; readonly state: string }[];
}

interface WhyOptions {
  readonly site: string;
  readonly addon?: string;
  readonly webhook?: string;
  readonly json?: boolean;
}

/** A row for each receiver, or for the one that is named. */
export async function explainEvent(
  { io, client }: Context,
  id: string,
  options: WhyOptions,
): Promise<Ending> {
  const path = `/sites/${encodeURIComponent(options.site)}/events/${encodeURIComponent(id)}`;
  const event = await client.call<Explained>("GET", path);
  const receivers = await whyRows(client, `${path}/why`, options);
  print(io, options, { ...event, receivers }, [
    `${event.id}  ${printable(event.event)}  ${event.createdAt}`,
    ...event.notes.map((note) => `  note: ${printable(note)}`),
    ...receivers.flatMap(whyLines),
    ...event.missing.map((variable) => `  no value for {${printable(variable)}} of a URL: it was left empty`),
    ...(receivers.length === 0 ? ["  the site has no receivers"] : []),
  ]);
  return "done";
}

async function whyRows(
  client: Context["client"],
  path: string,
  { addon, webhook }: WhyOptions,
): Promise<readonly WhyRow[]> {
  const rows: WhyRow[] = [];
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({
      limit: "500",
      ...(addon === undefined ? {} : { addon }),
      ...(webhook === undefined ? {} : { webhook }),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: { readonly items: readonly WhyRow[]; readonly next: string | null } = await client.call(
      "GET",
      `${path}?${query}`,
    );
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

function whyLines({
  addonKey,
  webhookId,
  name,
  kind,
  reason,
  changed,
  deliveries,
}: WhyRow): readonly string[] {
  const id = addonKey ?? webhookId ?? "";
  const receiver = name === id ? id : `${name} (${id})`;
  const verb = kind === "sent" ? "sent to" : "not sent to";
  const ids = deliveries.map((delivery) => `  ${delivery.id}`).join("");
  return [
    `  ${verb} ${printable(receiver)}: ${printable(reason)}${changed === null ? "" : `; ${printable(changed)}`}${ids}`,
  ];
}
