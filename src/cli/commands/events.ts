/** `callboard events …`: what was accepted, and events in bulk. */
import type { Schemas } from "../../client/index.ts";
import { listItems } from "../../client/index.ts";
import { JsonText } from "../../client/json-text.ts";
import { defined } from "../../defined.ts";
import { counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { formatState, nameReceiver } from "../delivery-filter.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { readText } from "../source.ts";
import { splitEvents } from "../event-file.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

interface SiteOptions {
  readonly site: string;
  readonly json?: boolean;
}

export async function listEvents(
  { io, client }: Context,
  options: ListFlags &
    SiteOptions & { readonly event?: string; readonly since?: string; readonly until?: string },
): Promise<Ending> {
  const { site, event, since, until } = options;
  const filter = defined({
    event,
    since,
    until,
  });
  const list = await fetchList(io, options, (page) =>
    client.listEvents({ path: { site }, query: { ...page, ...filter } }),
  );
  if (list.items.length === 0) {
    io.note(
      Object.keys(filter).length > 0
        ? `No events on site ${site} match\n`
        : `No events on site ${site} yet. Publish one: callboard trigger EVENT --site ${site}\n`,
    );
  }
  const rows = list.items.map(({ createdAt, id, event }) => [createdAt, id, event]);
  printTable(io, options, list, { head: ["TIME", "ID", "EVENT"], rows });
  return "done";
}

export async function showEvent({ io, client }: Context, id: string, options: SiteOptions): Promise<Ending> {
  const event = await client.showEvent({ path: { site: requireEventId(id, options), id } });
  const { matched, skipped, others, missing } = event;
  const inBatches = matched.some(({ batchId }) => !isMissing(batchId));
  print(io, options, event, [
    ...headLines(event),
    ...columns(
      matched.map((delivery) => [
        "  sent to",
        nameReceiver(delivery),
        formatState(delivery),
        delivery.id,
        ...(inBatches ? [delivery.batchId ?? "-"] : []),
        delivery.url ?? "",
      ]),
    ),
    ...skipped.map((each) => `  not sent to ${printable(nameReceiver(each))}: ${printable(each.because)}`),
    ...(others === 0 ? [] : [`  and ${counted(others, "other subscription", "other subscriptions")}`]),
    ...missingLines(missing),
    ...(isMissing(event.body)
      ? ["  the body was deleted after the retention period"]
      : ["", printable(event.body)]),
  ]);
  return "done";
}

/** @throws CommandFailure with the right command for the name of an event type */
function requireEventId(id: string, { site }: SiteOptions): string {
  if (id.startsWith("evt_")) return site;
  throw new CommandFailure(
    "notFound",
    "EVENT_NOT_FOUND",
    `${printable(id)} is not the ID of an event, which begins with evt_`,
    `Show an event type with: callboard catalogue show ${printable(id)}`,
  );
}

const headLines = ({ id, event, createdAt, terms, notes }: Schemas["EventDetail"]): readonly string[] => [
  `${id}  ${printable(event)}  ${createdAt}`,
  ...(isMissing(terms) ? [] : termLines(terms)),
  ...notes.map((note) => `  note: ${printable(note)}`),
];

const termLines = ({ deliverAfter, expiresAt, retry }: Schemas["EventTerms"]): readonly string[] => [
  ...(isMissing(deliverAfter) ? [] : [`  first attempt at ${deliverAfter}`]),
  ...(isMissing(expiresAt) ? [] : [`  expires at ${expiresAt}`]),
  ...(retry ? [] : ["  one attempt for each delivery, without retries"]),
];

const missingLines = (missing: readonly string[]): readonly string[] =>
  missing.map((variable) => `  no value for {${printable(variable)}} of a URL: it was left empty`);

interface WhyOptions extends SiteOptions {
  readonly addon?: string;
  readonly webhook?: string;
}

/** A row for each receiver, or for the one that is named. */
export async function explainEvent(
  { io, client }: Context,
  id: string,
  options: WhyOptions,
): Promise<Ending> {
  const { site, addon, webhook } = options;
  const path = { site, id };
  const event = await client.showEvent({ path });
  const receiver = defined({ addon, webhook });
  const { items: receivers } = await listItems((page) =>
    client.explainEvent({ path, query: { ...page, ...receiver } }),
  );
  print(io, options, { ...event, receivers }, [
    ...headLines(event),
    ...receivers.map(whyLine),
    ...missingLines(event.missing),
    ...(receivers.length === 0 ? ["  the site has no receivers"] : []),
  ]);
  return "done";
}

function whyLine({
  addonKey,
  webhookId,
  name,
  kind,
  reason,
  changed,
  deliveries,
}: Schemas["WhyRow"]): string {
  const id = addonKey ?? webhookId ?? "";
  const receiver = name === id ? id : `${name} (${id})`;
  const verb = kind === "sent" ? "sent to" : "not sent to";
  const ids = deliveries.map((delivery) => `  ${delivery.id}`).join("");
  return `  ${verb} ${printable(receiver)}: ${printable(reason)}${isMissing(changed) ? "" : `; ${printable(changed)}`}${ids}`;
}

/** Events of one request: the API accepts or refuses them together, and takes up to 1,000. */
const MAX_BATCH = 100;

/** Publishes the events of a file in batches. An event with an `id` of its own is published once, however often this is run. */
export async function publishEvents(
  { io, client }: Context,
  file: string,
  options: SiteOptions,
): Promise<Ending> {
  const path = { site: options.site };
  const texts = splitEvents(await readText(file, io, { content: "events as JSON" }), file);
  const results: Schemas["PublishedEvent"][] = [];
  for (let at = 0; at < texts.length; at += MAX_BATCH) {
    const events = new JsonText(`[${texts.slice(at, at + MAX_BATCH).join(",")}]`);
    const batch = await client.publishEvents({ path, body: { events } }).catch((error: unknown) => {
      if (results.length > 0) io.note(`${counted(results.length, "event", "events")} published before:\n`);
      throw error;
    });
    results.push(...batch.results);
    if (texts.length > MAX_BATCH) io.note(`${results.length} of ${texts.length} events published\n`);
  }
  const duplicates = results.filter(({ duplicate }) => duplicate).length;
  const deliveries = results.reduce((sum, each) => sum + each.deliveries.length, 0);
  print(io, options, { results }, [
    `published: ${counted(results.length, "event", "events")}, ${counted(deliveries, "delivery", "deliveries")}${
      duplicates === 0 ? "" : `; ${duplicates} were accepted before`
    }`,
  ]);
  return "done";
}
