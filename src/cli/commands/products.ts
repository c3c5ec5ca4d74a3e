/** `callboard products`: product files go to the server as JSON, changes come back as sentences. */
import { stringify } from "yaml";
import type { ProductData } from "../../catalogue/index.ts";
import type { RequestOf, Schemas } from "../../client/index.ts";
import type { Client } from "../client.ts";
import { confirm, counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { statusText } from "../told.ts";
import { loadProductFile } from "../product-file.ts";
import { isMissing } from "../missing.ts";

type Summary = Schemas["ProductSummary"];
/** What a change does, or would do. */
type PlannedProduct = Schemas["ProductPlan"] | Schemas["PutProduct"] | Schemas["ChangedProduct"];

interface JsonOption {
  readonly json?: boolean;
}

/** A product with its document. */
export async function fetchProduct(client: Client, product: string) {
  const found = await client.showProduct({ path: { product } });
  return { ...found, document: found.document as unknown as ProductData };
}

export async function listProducts({ io, client }: Context, options: ListFlags): Promise<Ending> {
  const list = await fetchList(io, options, (page) => client.listProducts({ query: page }));
  printTable(io, options, list, {
    head: ["KEY", "ORIGIN", "EVENT TYPES", "SITES", "NAME", "PUBLIC"],
    rows: list.items.map(toCells),
  });
  return "done";
}

function toCells({
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
    isMissing(version) ? origin : `${origin} v${version}`,
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
    toCells(product).join("  ").trimEnd(),
    product.description,
    `schema policy: ${product.schemaPolicy}`,
    ...columns(rows),
  ]);
  return "done";
}

interface ProductFile {
  readonly key: string;
  readonly document: RequestOf<"putProduct">["body"];
}

/** @throws CommandFailure PRODUCT_INVALID if the file names no product */
async function loadNamedProduct(path: string, io: Context["io"]): Promise<ProductFile> {
  const document = await loadProductFile(path, io);
  const key = (document as { readonly product?: unknown } | null)?.product;
  if (typeof key === "string" && key !== "") return { key, document: document as ProductFile["document"] };
  throw new CommandFailure(
    "failed",
    "PRODUCT_INVALID",
    `${path} does not name its product`,
    "A product file begins with the key of the product, for example: product: harbor",
  );
}

export function changeLines({
  changes,
  receivers = [],
}: {
  readonly changes: PlannedProduct["changes"];
  readonly receivers?: PlannedProduct["receivers"];
}): readonly string[] {
  const mark = { added: "+", removed: "-", changed: "~" } as const;
  return [
    ...changes.map(({ kind, breaking, text }) => `  ${mark[kind]} ${text}${breaking ? "  (breaking)" : ""}`),
    ...receivers.map(
      ({ site, name, events, scopes }) => `  ! ${name} on ${site}: ${[...events, ...scopes].join(", ")}`,
    ),
  ];
}

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
  const { dryRun = false, force = false } = options;
  const files = [];
  for (const path of paths) files.push(await loadNamedProduct(path, io));
  const items: (PlannedProduct & { readonly product: string })[] = [];
  for (const { key: product, document: body } of files) {
    // A dry run shows what breaks: it needs no force.
    const query = dryRun ? { dryRun } : { force };
    items.push({ ...(await client.putProduct({ path: { product }, query, body })), product });
  }
  print(
    io,
    options,
    { items, next: null },
    items.flatMap((result) => [headline(result, dryRun), ...changeLines(result)]),
  );
  return "done";
}

export function headline(
  { product, created, changes }: Pick<PlannedProduct, "created" | "changes"> & { readonly product: string },
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
  const { key: product, document: body } = await loadNamedProduct(path, io);
  const planned = await client.putProduct({ path: { product }, query: { dryRun: true }, body });
  print(io, options, planned, [headline({ ...planned, product }, true), ...changeLines(planned)]);
  return planned.receivers.length === 0 ? "done" : "failed";
}

/** Product files have no aliases, which would stand for values that are the same object here. */
export const writeYaml = (document: ProductData): string =>
  stringify(document, { aliasDuplicateObjects: false });

export async function exportProduct(
  { io, client }: Context,
  key: string,
  { format, json }: JsonOption & { readonly format: "yaml" | "json" },
): Promise<Ending> {
  const { document } = await fetchProduct(client, key);
  io.out(format === "json" || json === true ? `${JSON.stringify(document, null, 2)}\n` : writeYaml(document));
  return "done";
}

export async function listChanges(
  { io, client }: Context,
  product: string,
  options: ListFlags,
): Promise<Ending> {
  const list = await fetchList(io, options, (page) =>
    client.listProductChanges({ path: { product }, query: page }),
  );
  print(io, options, list, list.items.flatMap(revisionLines));
  return "done";
}

const revisionLines = (revision: Schemas["ProductRevision"]): readonly string[] => {
  const { version, createdAt, createdBy, forced, deleted, changes } = revision;
  return [
    [`v${version}`, createdAt, createdBy, ...(changes.length > 0 ? [] : [deleted ? "deleted" : "created"])]
      .concat(forced ? ["forced"] : [])
      .join("  "),
    ...changeLines({ changes }),
  ];
};

/** The product file as it was after a change goes to standard output, so that it can be applied again. */
export async function showChange(
  { io, client }: Context,
  product: string,
  version: string,
  options: JsonOption,
): Promise<Ending> {
  const revision = await client.showProductChange({ path: { product, version } });
  if (options.json === true) print(io, options, revision, []);
  else {
    io.note(`${revisionLines(revision).join("\n")}\n`);
    if (!isMissing(revision.document)) io.out(writeYaml(revision.document as unknown as ProductData));
  }
  return "done";
}

export async function listDeprecated(
  { io, client }: Context,
  product: string,
  options: ListFlags,
): Promise<Ending> {
  const list = await fetchList(io, options, (page) =>
    client.listDeprecatedEventTypes({ path: { product }, query: page }),
  );
  if (list.items.length === 0) io.note(`Product ${product} has no deprecated event types\n`);
  print(io, options, list, list.items.flatMap(useLines));
  return "done";
}

function useLines({
  event,
  replacedBy,
  subscriptions,
  receivers,
  moreReceivers,
}: Schemas["DeprecatedEventType"]): readonly string[] {
  const used = counted(subscriptions, "subscription", "subscriptions");
  return [
    `${event}  ${statusText({ status: "deprecated", replacedBy })}  ${used}`,
    ...receivers.map(({ site, name }) => `  ${printable(name)} on ${site}`),
    ...(moreReceivers === 0 ? [] : [`  and ${counted(moreReceivers, "more receiver", "more receivers")}`]),
  ];
}

export async function deleteProduct(
  { io, client }: Context,
  product: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<Ending> {
  const path = { product };
  const { eventTypes } = await client.showProduct({ path });
  await confirm(
    io,
    `The product ${product} and its ${counted(eventTypes, "event type", "event types")} will be deleted.`,
    options,
  );
  await client.deleteProduct({ path });
  print(io, options, { product, deleted: true }, [`deleted: ${product}`]);
  return "done";
}

const setPublic = async (
  { io, client }: Context,
  product: string,
  isPublic: boolean,
  options: JsonOption,
): Promise<Ending> => {
  const changed = await client.publishCatalogue({ path: { product }, body: { public: isPublic } });
  print(io, options, changed, [
    isPublic ? `published: ${product}, at /catalogue/${product} of the server` : `unpublished: ${product}`,
  ]);
  return "done";
};

export const publishCatalogue = (context: Context, product: string, options: JsonOption): Promise<Ending> =>
  setPublic(context, product, true, options);

export const unpublishCatalogue = (context: Context, product: string, options: JsonOption): Promise<Ending> =>
  setPublic(context, product, false, options);
