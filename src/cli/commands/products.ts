/** `callboard products`: product files go to the server as JSON, changes come back as sentences. */
import { stringify } from "yaml";
import { readProductText } from "../../catalogue/document/parse.ts";
import type { ProductData, SchemaPolicy } from "../../catalogue/index.ts";
import type { Client } from "../client.ts";
import { confirm, counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { printTable } from "../table.ts";
import { statusText } from "../told.ts";
import { readText } from "../source.ts";

interface Summary {
  readonly product: string;
  readonly name: string;
  readonly description: string;
  readonly origin: "built-in" | "own";
  readonly version: number | null;
  readonly schemaPolicy: SchemaPolicy;
  readonly eventTypes: number;
  readonly sites: number;
  readonly public: boolean;
}

interface Detail extends Summary {
  readonly document: ProductData;
}

interface Change {
  readonly kind: "added" | "removed" | "changed";
  readonly pointer: string;
  readonly breaking: boolean;
  readonly text: string;
}

/** What a change does, or would do. */
export interface PlannedProduct {
  readonly created: boolean;
  readonly changes: readonly Change[];
  readonly receivers: readonly {
    readonly site: string;
    readonly name: string;
    readonly events: readonly string[];
    /** Left out by servers of older versions. */
    readonly scopes?: readonly string[];
  }[];
}

interface Revision {
  readonly version: number;
  readonly deleted: boolean;
  readonly forced: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly changes: readonly Change[];
}

interface JsonOption {
  readonly json?: boolean;
}

const pathOf = (key: string): string => `/products/${encodeURIComponent(key)}`;

export const fetchProduct = (client: Client, key: string): Promise<Detail> =>
  client.call<Detail>("GET", pathOf(key));

export async function listProducts({ io, client }: Context, options: JsonOption): Promise<Ending> {
  const list = await client.callList<{ readonly items: readonly Summary[] }>("/products");
  printTable(io, options, list, {
    head: ["KEY", "ORIGIN", "EVENT TYPES", "SITES", "NAME", "PUBLIC"],
    rows: list.items.map(cellsOf),
  });
  return "done";
}

function cellsOf({
  product,
  origin,
  version,
  eventTypes,
  sites,
  name,
  public: isPublic,
}: Summary): readonly string[] {
  return [
    product,
    version === null ? origin : `${origin} v${version}`,
    counted(eventTypes, "event type", "event types"),
    counted(sites, "site", "sites"),
    name,
    isPublic ? "public" : "",
  ];
}

export async function showProduct(
  { io, client }: Context,
  key: string,
  options: JsonOption,
): Promise<Ending> {
  const product = await fetchProduct(client, key);
  const rows = Object.entries(product.document.events).map(
    ([event, { status = "current", replacedBy = null, description }]) => [
      `  ${event}`,
      statusText({ status, replacedBy }),
      description,
    ],
  );
  print(io, options, product, [
    cellsOf(product).join("  ").trimEnd(),
    product.description,
    `schema policy: ${product.schemaPolicy}`,
    ...columns(rows),
  ]);
  return "done";
}

/** @throws CommandFailure PRODUCT_INVALID if the file names no product */
async function readProductFile(path: string, io: Context["io"]): Promise<{ key: string; document: unknown }> {
  const document = readProductText(await readText(path, io));
  const key = (document as { readonly product?: unknown } | null)?.product;
  if (typeof key === "string" && key !== "") return { key, document };
  throw new CommandFailure(
    "failed",
    "PRODUCT_INVALID",
    `${path} does not name its product`,
    "A product file begins with the key of the product, for example: product: harbor",
  );
}

export function changeLines({ changes, receivers }: PlannedProduct): readonly string[] {
  const mark = { added: "+", removed: "-", changed: "~" } as const;
  return [
    ...changes.map(({ kind, breaking, text }) => `  ${mark[kind]} ${text}${breaking ? "  (breaking)" : ""}`),
    ...receivers.map(
      ({ site, name, events, scopes = [] }) => `  ! ${name} on ${site}: ${[...events, ...scopes].join(", ")}`,
    ),
  ];
}

export const putProduct = <T>(client: Client, key: string, document: unknown, query: string): Promise<T> =>
  client.call<T>("PUT", `${pathOf(key)}${query}`, document as Readonly<Record<string, unknown>>);

interface ApplyOptions extends JsonOption {
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** All files are read before the first is applied. */
export async function applyProducts(
  { io, client }: Context,
  paths: readonly string[],
  options: ApplyOptions,
): Promise<Ending> {
  const files = [];
  for (const path of paths) files.push(await readProductFile(path, io));
  const results: (PlannedProduct & { readonly product: string })[] = [];
  for (const { key, document } of files) {
    if (options.dryRun === true) {
      results.push({
        ...(await putProduct<PlannedProduct>(client, key, document, "?dryRun=true")),
        product: key,
      });
      continue;
    }
    results.push(await putProduct(client, key, document, options.force === true ? "?force=true" : ""));
  }
  print(
    io,
    options,
    { items: results },
    results.flatMap((result) => [headline(result, options.dryRun === true), ...changeLines(result)]),
  );
  return "done";
}

export function headline(
  { product, created, changes }: PlannedProduct & { readonly product: string },
  isDry: boolean,
): string {
  if (created) return `${product}: ${isDry ? "would be created" : "created"}`;
  if (changes.length === 0) return `${product}: unchanged`;
  return `${product}: ${counted(changes.length, "change", "changes")}${isDry ? " (nothing was changed)" : ""}`;
}

export async function diffProduct(
  { io, client }: Context,
  path: string,
  options: JsonOption,
): Promise<Ending> {
  const { key, document } = await readProductFile(path, io);
  const planned = await putProduct<PlannedProduct>(client, key, document, "?dryRun=true");
  print(io, options, planned, [headline({ ...planned, product: key }, true), ...changeLines(planned)]);
  return planned.receivers.length === 0 ? "done" : "failed";
}

/** Product files have no aliases, which would stand for values that are the same object here. */
export const writeYaml = (document: ProductData): string =>
  stringify(document, { aliasDuplicateObjects: false });

export async function exportProduct(
  { io, client }: Context,
  key: string,
  { format }: { readonly format: "yaml" | "json" },
): Promise<Ending> {
  const { document } = await fetchProduct(client, key);
  io.out(format === "json" ? `${JSON.stringify(document, null, 2)}\n` : writeYaml(document));
  return "done";
}

export async function listChanges(
  { io, client }: Context,
  key: string,
  options: JsonOption,
): Promise<Ending> {
  const list = await client.call<{ readonly items: readonly Revision[] }>(
    "GET",
    `${pathOf(key)}/changes?limit=500`,
  );
  print(
    io,
    options,
    list,
    list.items.flatMap(({ version, createdAt, createdBy, forced, deleted, changes }) => [
      [`v${version}`, createdAt, createdBy, ...(changes.length > 0 ? [] : [deleted ? "deleted" : "created"])]
        .concat(forced ? ["forced"] : [])
        .join("  "),
      ...changeLines({ created: false, changes, receivers: [] }),
    ]),
  );
  return "done";
}

interface DeprecatedUse {
  readonly event: string;
  readonly replacedBy: string | null;
  readonly subscriptions: number;
  readonly receivers: readonly {
    readonly site: string;
    readonly name: string;
    readonly subscriptions: number;
  }[];
  readonly moreReceivers: number;
}

export async function listDeprecated(
  { io, client }: Context,
  key: string,
  options: JsonOption,
): Promise<Ending> {
  const list = await client.call<{ readonly items: readonly DeprecatedUse[] }>(
    "GET",
    `${pathOf(key)}/deprecated`,
  );
  if (list.items.length === 0) io.note(`${key} has no deprecated event types\n`);
  print(io, options, list, list.items.flatMap(useLines));
  return "done";
}

function useLines({ event, replacedBy, subscriptions, receivers, moreReceivers }: DeprecatedUse): string[] {
  const used = counted(subscriptions, "subscription", "subscriptions");
  return [
    `${event}  ${statusText({ status: "deprecated", replacedBy })}  ${used}`,
    ...receivers.map(({ site, name }) => `  ${printable(name)} on ${site}`),
    ...(moreReceivers === 0 ? [] : [`  and ${counted(moreReceivers, "more receiver", "more receivers")}`]),
  ];
}

export async function deleteProduct(
  { io, client }: Context,
  key: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<Ending> {
  const { eventTypes } = await client.call<Summary>("GET", pathOf(key));
  await confirm(
    io,
    `The product ${key} and its ${counted(eventTypes, "event type", "event types")} will be deleted.`,
    options,
  );
  await client.call("DELETE", pathOf(key));
  print(io, options, { product: key, deleted: true }, [`deleted: ${key}`]);
  return "done";
}

const setPublic = async ({ io, client }: Context, key: string, isPublic: boolean, options: JsonOption) => {
  const product = await client.call<Summary>("PUT", `${pathOf(key)}/catalogue`, { public: isPublic });
  print(io, options, product, [
    isPublic ? `published: ${key}, at /catalogue/${key} of the server` : `unpublished: ${key}`,
  ]);
  return "done" as const;
};

export const publishCatalogue = (context: Context, key: string, options: JsonOption): Promise<Ending> =>
  setPublic(context, key, true, options);

export const unpublishCatalogue = (context: Context, key: string, options: JsonOption): Promise<Ending> =>
  setPublic(context, key, false, options);
