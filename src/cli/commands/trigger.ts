/** `callboard trigger`: fires an event and, with --wait, ends as its deliveries do. */
import { builtInCatalogue } from "../../catalogue/index.ts";
import { listItems } from "../../client/index.ts";
import type { RequestOf } from "../../client/index.ts";
import { JsonText } from "../../client/json-text.ts";
import { defined } from "../../defined.ts";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import { setValues } from "../payload.ts";
import { describePublished, noteOwnAddonOnly } from "../published-text.ts";
import { loadJson } from "../source.ts";
import { waitForDeliveries, waitedLine } from "../wait.ts";
import type { WaitOptions } from "../wait.ts";

interface Options extends WaitOptions {
  readonly site: string;
  readonly set: readonly string[];
  readonly data?: string;
  readonly project?: string;
  readonly user?: string;
  readonly id?: string;
  readonly flow?: NonNullable<RequestOf<"publishEvent">["body"]["flow"]>;
  readonly expiresAt?: string;
  /** False with --no-retry. */
  readonly retry?: boolean;
  readonly deliverAfter?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

export async function trigger({ io, client }: Context, event: string, options: Options): Promise<Ending> {
  const { site, project, user, id, flow, expiresAt, deliverAfter } = options;
  const retry = options.retry === false ? false : undefined;
  const payload = new JsonText(await payloadText({ io, client }, event, options));
  const accepted = await client.publishEvent({
    path: { site },
    body: { event, payload, ...defined({ project, user, id, flow, expiresAt, retry, deliverAfter }) },
  });
  for (const note of accepted.notes ?? []) io.note(`note: ${note}\n`);
  const own = accepted.deliveries.length === 0 ? noteOwnAddonOnly(accepted.event, options) : undefined;
  if (own !== undefined) io.note(`${own}\n`);
  if (options.wait !== true) {
    print(io, options, accepted, describePublished(accepted, site));
    return "done";
  }
  if (accepted.deliveries.length === 0) {
    io.note(`No subscription matched. See why: callboard events why ${accepted.id} --site ${site}\n`);
  }
  // A delivery of an event that was accepted before may have attempts; they are news to who waits.
  const awaited = accepted.deliveries.map(({ id }) => ({ id, attempts: 0 }));
  const deliveries = await waitForDeliveries({ io, client }, accepted.id, awaited, options);
  print(io, options, { ...accepted, deliveries }, [
    `${accepted.id}  ${accepted.event}`,
    ...deliveries.map(waitedLine),
  ]);
  const isDelivered = deliveries.length > 0 && deliveries.every(({ state }) => state === "delivered");
  return isDelivered ? "done" : "failed";
}

/** What was given as a file goes as it is; a sample, or what --set changes, is written anew. */
async function payloadText(
  { io, client }: Context,
  event: string,
  { site, data, set }: Options,
): Promise<string> {
  if (data === undefined) return setValues(JSON.stringify(await fetchSample(client, event, site)), set);
  const { text } = await loadJson(data, io);
  return set.length === 0 ? text : setValues(text, set);
}

/** The sample in the envelope that the site is set to. */
async function fetchSample(client: Client, event: string, site: string): Promise<unknown> {
  const { product, options } = await client.showSite({ path: { site } });
  const query = defined({ envelope: options.envelope });
  try {
    return (await client.showEventType({ path: { product, event }, query })).sample;
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.code !== "EVENT_NOT_FOUND") throw error;
    const { ending, code, message, problem } = error;
    throw new CommandFailure(ending, code, message, { hint: await hintFor(client, event), problem });
  }
}

/** The sites whose product has the event, otherwise how an event of any name is fired. */
async function hintFor(client: Client, event: string): Promise<string> {
  const products = builtInCatalogue.listNaming(event);
  const { items } = await listItems((page) => client.listSites({ query: page })).catch(() => ({ items: [] }));
  const sites = items.filter(({ product }) => products.includes(product)).map(({ key }) => `--site ${key}`);
  if (sites.length > 0) return `Use ${sites.slice(0, 3).join(" or ")}`;
  return "An event of any name is fired with a payload of your own: --data FILE";
}
