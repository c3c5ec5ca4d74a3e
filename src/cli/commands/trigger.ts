/** `callboard trigger`: fires an event and, with --wait, ends as its deliveries do. */
import { builtInCatalogue, findEventType } from "../../catalogue/index.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { print } from "../io.ts";
import { setValues } from "../payload.ts";
import { readText } from "../source.ts";
import { timeoutOf, waitForDeliveries, waitedLine } from "../wait.ts";
import type { WaitOptions } from "../wait.ts";

interface Options extends WaitOptions {
  readonly site: string;
  readonly set: readonly string[];
  readonly data?: string;
  readonly project?: string;
  readonly user?: string;
  readonly id?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

interface Accepted {
  readonly id: string;
  readonly event: string;
  readonly duplicate: boolean;
  readonly deliveries: readonly {
    readonly id: string;
    readonly addonKey?: string;
    readonly webhookId?: string;
  }[];
  readonly notes?: readonly string[];
}

export async function trigger({ io, client }: Context, event: string, options: Options): Promise<Ending> {
  timeoutOf(options);
  const accepted = await client.call<Accepted>(
    "POST",
    `/sites/${encodeURIComponent(options.site)}/events`,
    await requestText({ io, client }, event, options),
  );
  for (const note of accepted.notes ?? []) io.note(`note: ${note}\n`);
  if (accepted.deliveries.length === 0) noteOwnAddonOnly(accepted.event, options, io);
  if (options.wait !== true) {
    print(io, options, accepted, [
      `${accepted.id}  ${accepted.event}  ${accepted.deliveries.length} deliveries${accepted.duplicate ? "  (accepted before)" : ""}`,
      ...accepted.deliveries.map(({ id, addonKey, webhookId }) => `  ${id}  ${addonKey ?? webhookId ?? ""}`),
    ]);
    return "done";
  }
  if (accepted.deliveries.length === 0) {
    io.note(`nobody got it; why: callboard events why ${accepted.id} --site ${options.site}\n`);
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

/** An event about an add-on goes to that add-on, and the sample is about one that is not installed. */
function noteOwnAddonOnly(event: string, { site, set }: Options, io: Context["io"]): void {
  const isAboutAddon = builtInCatalogue.products.some(
    (product) => findEventType(product, event)?.ownAddonOnly === true,
  );
  if (!isAboutAddon || set.some((setting) => /^key:?=/.test(setting))) return;
  io.note(
    `${event} goes only to the add-on that it is about: name one with --set key=KEY (callboard addons list --site ${site})\n`,
  );
}

/** What was given as a file goes as it is; a sample, or what --set changes, is written anew. */
async function requestText({ io, client }: Context, event: string, options: Options): Promise<string> {
  const { project, user, id } = options;
  const payload =
    options.data === undefined
      ? setValues(JSON.stringify(await sampleOf(client, event, options.site)), options.set)
      : await givenPayload(options.data, options.set, io);
  const rest = JSON.stringify({ event, project, user, id });
  return `${rest.slice(0, -1)},"payload":${payload}}`;
}

async function givenPayload(file: string, settings: readonly string[], io: Context["io"]): Promise<string> {
  const text = await readText(file, io);
  return settings.length === 0 ? text : setValues(text, settings);
}

interface TriggeredSite {
  readonly product: string;
  readonly options: { readonly envelope?: string };
}

/** The sample in the envelope that the site is set to. */
async function sampleOf(client: Client, event: string, siteKey: string): Promise<object> {
  const { product, options } = await client.call<TriggeredSite>(
    "GET",
    `/sites/${encodeURIComponent(siteKey)}`,
  );
  const envelope = options.envelope === undefined ? "" : `?envelope=${options.envelope}`;
  try {
    const { sample } = await client.call<{ readonly sample: object }>(
      "GET",
      `/catalogue/${product}/${encodeURIComponent(event)}${envelope}`,
    );
    return sample;
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.code !== "EVENT_NOT_FOUND") throw error;
    throw new CommandFailure(error.ending, error.code, error.message, await hintFor(client, event));
  }
}

/** The sites whose product has the event, otherwise how an event of any name is fired. */
async function hintFor(client: Client, event: string): Promise<string> {
  const products = builtInCatalogue.listNaming(event);
  const { items } = await client
    .callList<{ readonly items: readonly { readonly key: string; readonly product: string }[] }>("/sites")
    .catch(() => ({ items: [] }));
  const sites = items.filter(({ product }) => products.includes(product)).map(({ key }) => `--site ${key}`);
  if (sites.length > 0) return `Use ${sites.slice(0, 3).join(" or ")}`;
  return "An event of any name is fired with a payload of your own: --data FILE";
}
