/** `callboard catalogue …`: the event types of the products. */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { loadJson } from "../source.ts";
import { printTable } from "../table.ts";
import { statusText } from "../told.ts";
import { changeLines, headline } from "./products.ts";
import { isMissing } from "../missing.ts";

type Envelope = NonNullable<RequestOf<"showEventType">["query"]>["envelope"];

interface TypeOptions {
  readonly product: string;
  readonly envelope?: NonNullable<Envelope>;
  readonly json?: boolean;
}

export async function listEventTypes(
  { io, client }: Context,
  options: ListFlags & { readonly product?: string; readonly find?: string },
): Promise<Ending> {
  const { product, find } = options;
  const list = await fetchList(io, options, (page) => {
    const query = { ...page, ...defined({ q: find }) };
    return product === undefined
      ? client.listEventTypes({ query })
      : client.listProductEventTypes({ path: { product }, query });
  });
  if (list.items.length === 0) io.note("No event type matches\n");
  printTable(io, options, list, {
    head: ["PRODUCT", "EVENT", "STATUS", "NAME"],
    rows: list.items.map((item) => [item.product, item.event, statusText(item), item.name]),
  });
  return "done";
}

const fetchType = (
  { client }: Context,
  event: string,
  { product, envelope }: TypeOptions,
): Promise<Schemas["EventTypeDetail"]> =>
  client.showEventType({ path: { product, event }, query: defined({ envelope }) });

export async function showEventType(context: Context, event: string, options: TypeOptions): Promise<Ending> {
  const entry = await fetchType(context, event, options);
  print(context.io, options, entry, [
    `${entry.event}  ${entry.name}  (${entry.product}, ${entry.group}, ${statusText(entry)})`,
    `  ${entry.description}`,
    `  how well the body is known: ${entry.confidence}`,
    ...(isMissing(entry.note) ? [] : [`  note: ${entry.note}`]),
    ...(isMissing(entry.typeId) ? [] : [`  activity type: ${entry.typeId}`]),
    ...(entry.ownAddonOnly ? ["  goes only to the add-on that it is about"] : []),
    ...(entry.variables.length === 0 ? [] : [`  URL variables: ${entry.variables.join(", ")}`]),
    JSON.stringify(entry.sample, null, 2),
  ]);
  return "done";
}

export async function sampleEventType(
  context: Context,
  event: string,
  options: TypeOptions,
): Promise<Ending> {
  const { sample } = await fetchType(context, event, options);
  print(context.io, { json: true }, sample, []);
  return "done";
}

/** Changes an event type of an own product. */
export async function editEventType(
  { io, client }: Context,
  event: string,
  file: string,
  options: { readonly product: string; readonly force?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const { product, force } = options;
  const body = await loadJson(file, io);
  const changed = await client.patchEventType({
    path: { product, event },
    query: defined({ force }),
    body,
  });
  print(io, options, changed, [headline(changed, false), ...changeLines(changed)]);
  return "done";
}
