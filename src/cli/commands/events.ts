/** `callboard events`: the catalogue, and what was accepted. */
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { columns, print, printable } from "../io.ts";

interface CatalogueItem {
  readonly product: string;
  readonly event: string;
  readonly name: string;
  readonly group: string;
  readonly status: string;
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
  readonly matched: readonly {
    readonly id: string;
    readonly addonKey: string | null;
    readonly webhookId: string | null;
    readonly url: string | null;
    readonly state: string;
  }[];
  readonly skipped: readonly {
    readonly addonKey: string | null;
    readonly webhookId: string | null;
    readonly url: string | null;
    readonly because: string;
  }[];
  readonly others: number;
  readonly missing: readonly string[];
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
  const list = await client.call<{ readonly items: readonly CatalogueItem[] }>("GET", `/catalogue${path}`);
  const rows = list.items.map(({ product, event, status, name }) => [product, event, status, name]);
  print(io, options, list, columns(rows));
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
    `${entry.event}  ${entry.name}  (${entry.product}, ${entry.group}, ${entry.status})`,
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
  print(
    io,
    options,
    list,
    columns(list.items.map(({ createdAt, id, event }) => [createdAt, id, printable(event)])),
  );
  return "done";
}

export async function explainEvent(
  { io, client }: Context,
  id: string,
  options: { readonly site: string; readonly json?: boolean },
): Promise<Ending> {
  const event = await client.call<Explained>(
    "GET",
    `/sites/${encodeURIComponent(options.site)}/events/${encodeURIComponent(id)}`,
  );
  print(io, options, event, [
    `${event.id}  ${printable(event.event)}  ${event.createdAt}`,
    ...event.notes.map((note) => `  note: ${printable(note)}`),
    ...event.matched.map(
      (delivery) =>
        `  went to ${delivery.addonKey ?? delivery.webhookId ?? "?"}  ${printable(delivery.url ?? "")}  ${delivery.state}  ${delivery.id}`,
    ),
    ...event.skipped.map(
      ({ addonKey, webhookId, url, because }) =>
        `  not to ${addonKey ?? webhookId ?? "a receiver that is gone"}  ${printable(url ?? "")}: ${printable(because)}`,
    ),
    ...event.missing.map((variable) => `  no value for {${printable(variable)}} of a URL: it was left empty`),
    `  ${event.others} subscriptions of the site name other events`,
  ]);
  return "done";
}
