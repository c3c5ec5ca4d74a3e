/**
 * `callboard listen`: gets the deliveries of a temporary webhook or of an add-on from a server that can't reach this machine, and
 * forwards them to a local application. Its responses are the attempts that the server records.
 */
import { setNewest } from "../../newest.ts";
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";
import type { HandedOver, ListenerResponse } from "../../host/model/listener.ts";
import { JsonText } from "../../client/index.ts";
import type { ResultOf } from "../../client/index.ts";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { escapeLine } from "../../foreign-text.ts";
import { print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { follow } from "../listen/follow.ts";
import { createForward } from "../listen/forward.ts";
import { createResponder } from "../listen/respond.ts";
import { onEnd } from "../signals.ts";
import { printTable } from "../table.ts";
import { problemLines } from "../told.ts";
import { isMissing } from "../missing.ts";
import { parseUrl } from "../../parse-url.ts";

export interface ListenOptions {
  readonly site: string;
  readonly forward: string;
  readonly events?: string;
  readonly addon?: string;
  /** Ends after so many deliveries. */
  readonly count?: number;
  readonly printSecret?: boolean;
  readonly json?: boolean;
}

type MadeListener = ResultOf<"createListener">;

/** Names a listener in the API. */
interface Place {
  readonly site: string;
  readonly id: string;
}

/** Time to tell the last responses when the command ends. */
const DRAIN_MS = 2_000;
/** Responses that are kept, to be told again if the server asks for the same attempt. */
const MAX_KEPT = 1_000;

export async function listen(context: Context, options: ListenOptions): Promise<Ending> {
  const { io, client } = context;
  const forwardTo = requireForward(options.forward);
  const made = await create(client, forwardTo, options);
  const place = { site: options.site, id: made.id };
  const stopping = new AbortController();
  onEnd(io.env, { stop: () => stopping.abort(), insist: () => process.exit(1) });
  try {
    return await forwardAll(context, { ...options, forward: forwardTo }, { made, place, stopping });
  } finally {
    await end(io, client, place);
  }
}

/** @throws CommandFailure USAGE */
function requireForward(text: string): string {
  const given = /^https?:\/\//i.test(text)
    ? text
    : `http://${/^\d+$/.test(text) ? `localhost:${text}` : text}`;
  const url = parseUrl(given);
  if (url === undefined || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
    throw usageFailure(
      `--forward ${printable(text)} is not the base URL of a local application`,
      "Give one without a query, such as http://localhost:3000",
    );
  return withoutTrailingSlashes(url.href);
}

async function create(client: Client, forwardTo: string, options: ListenOptions): Promise<MadeListener> {
  const { site, events, addon } = options;
  if (events !== undefined && addon !== undefined)
    throw usageFailure("--events is for a temporary webhook: an add-on gets what its descriptor names");
  try {
    return await client.createListener({
      path: { site },
      body: {
        forwardTo,
        ...(addon === undefined ? {} : { addonKey: addon }),
        ...(events === undefined ? {} : { events: events.split(",").map((event) => event.trim()) }),
      },
    });
  } catch (error) {
    if (!(error instanceof CommandFailure && error.code === "NOT_FOUND")) throw error;
    throw new CommandFailure(
      "failed",
      "HOST_TOO_OLD",
      `The server at ${client.url} does not support listeners`,
      "Update the server, which is an older version of Callboard",
    );
  }
}

interface Running {
  readonly made: MadeListener;
  readonly place: Place;
  readonly stopping: AbortController;
}

async function forwardAll(
  { io, client }: Context,
  options: ListenOptions,
  { made, place, stopping }: Running,
): Promise<Ending> {
  const { signal } = stopping;
  const forward = createForward(options.forward, made.timeoutMs);
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    stopping.abort();
  };
  const responder = createResponder(
    (responses) =>
      client.respondAsListener({ path: place, body: { responses: new JsonText(JSON.stringify(responses)) } }),
    fail,
  );
  /** Undefined while the local application has the delivery. */
  const known = new Map<string, ListenerResponse | undefined>();
  let forwarded = 0;

  async function handle(delivery: HandedOver): Promise<void> {
    const key = `${delivery.deliveryId}/${delivery.attempt}`;
    if (known.has(key)) {
      // The server did not hear of the response.
      const before = known.get(key);
      if (before !== undefined) responder.add(before);
      return;
    }
    setNewest(known, key, undefined, MAX_KEPT);
    const response = await forward.send(delivery);
    // The command ended it.
    if (signal.aborted && response.failure !== undefined) return;
    setNewest(known, key, response, MAX_KEPT);
    responder.add(response);
    tell(io, options, delivery, response);
    forwarded += 1;
    if (forwarded === options.count) stopping.abort();
  }

  try {
    let isFirst = true;
    const onConnected = () => {
      if (isFirst) tellReady(io, options, made);
      else io.note("Connected again\n");
      isFirst = false;
    };
    const onLost = (why: string) => io.note(`Connection lost: ${why}. Connecting again\n`);
    const messages = follow({ client, path: streamPath(place), signal, onConnected, onLost });
    for await (const message of messages) {
      if (message.kind === "delivery") void handle(message).catch(fail);
      if (message.kind === "ended") throw ended(message.reason);
    }
    if (failure !== undefined) throw asEnded(failure);
    return "done";
  } finally {
    await responder.drain(DRAIN_MS);
    responder.stop();
    await forward.close();
  }
}

const streamPath = ({ site, id }: Place) =>
  `/sites/${encodeURIComponent(site)}/listeners/${encodeURIComponent(id)}/stream`;

const ended = (reason: string) =>
  new CommandFailure("failed", "LISTENER_ENDED", `The server ended the listener: ${printable(reason)}`);

/** A listener that is not found was there: the server removed it while it heard nothing. */
function asEnded(error: unknown): unknown {
  if (!(error instanceof CommandFailure && error.code === "LISTENER_NOT_FOUND")) return error;
  return ended("it is not known any more");
}

/** Deletes the temporary webhook, or gives the add-on its deliveries again. */
async function end(io: Io, client: Client, place: Place): Promise<void> {
  try {
    await client.endListener({ path: place });
  } catch (error) {
    if (error instanceof CommandFailure && error.code === "LISTENER_NOT_FOUND") return;
    io.note("The server can't be reached; it ends the listener within 3 minutes\n");
  }
}

function tellReady(io: Io, options: ListenOptions, made: MadeListener): void {
  const { site, forward, printSecret } = options;
  const { addonKey, webhookId, secret, warnings, ...facts } = made;
  const shownSecret = printSecret === true && !isMissing(secret) ? secret : undefined;
  if (options.json === true) {
    const ready = { kind: "ready", site, addonKey, webhookId, ...facts, secret: shownSecret };
    io.out(`${escapeLine(JSON.stringify(ready))}\n`);
    return;
  }
  const receiver = isMissing(addonKey) ? `temporary webhook ${webhookId ?? ""}` : `add-on ${addonKey}`;
  const lines = [
    `listening on ${site} as ${receiver}, forwarding to ${forward}; end with Ctrl-C`,
    ...(isMissing(addonKey) ? [] : ["until then, the add-on's own endpoint gets nothing"]),
    ...(shownSecret === undefined ? [] : [`  secret ${shownSecret}`]),
    ...(isMissing(secret) || shownSecret !== undefined
      ? []
      : ["  deliveries are signed: --print-secret shows the secret that verifies them"]),
    ...problemLines("warning", warnings),
  ];
  io.note(`${lines.map(printable).join("\n")}\n`);
}

function tell(io: Io, options: ListenOptions, delivery: HandedOver, result: ListenerResponse): void {
  const { deliveryId, attempt, event, path } = delivery;
  const { response, failure } = result;
  const durationMs = Math.round(result.durationMs);
  const at = new Date().toISOString();
  if (options.json === true) {
    const status = response?.status ?? null;
    const line = {
      kind: "delivery",
      at,
      event,
      deliveryId,
      attempt,
      path,
      status,
      failure: failure ?? null,
      durationMs,
    };
    io.out(`${escapeLine(JSON.stringify(line))}\n`);
    return;
  }
  const outcome = response === undefined ? (failure?.reason ?? "") : String(response.status);
  const cells = [at, event, deliveryId, path === "" ? "/" : path, outcome, `${durationMs} ms`];
  io.out(`${cells.map((cell) => escapeLine(printable(cell))).join("  ")}\n`);
  if (failure !== undefined)
    io.note(
      `  ${printable(failure.detail)}. Check that the local application is running; the server retries\n`,
    );
}

/** `callboard listeners` */
export async function listListeners(
  { io, client }: Context,
  options: ListFlags & { readonly site: string },
): Promise<Ending> {
  const { site } = options;
  const list = await fetchList(io, options, (page) => client.listListeners({ path: { site }, query: page }));
  if (list.items.length === 0)
    io.note(`No listeners on site ${site}. Start one: callboard listen --site ${site} --forward URL\n`);
  printTable(io, options, list, {
    head: ["ID", "RECEIVER", "FORWARDS TO", "BY", "SINCE"],
    rows: list.items.map(({ id, addonKey, webhookId, forwardTo, createdBy, createdAt }) =>
      [id, addonKey ?? webhookId ?? "", forwardTo, createdBy, createdAt].map(printable),
    ),
  });
  return "done";
}

/** `callboard listeners end ID` */
export async function endListener(
  { io, client }: Context,
  id: string,
  options: { readonly site: string; readonly json?: boolean },
): Promise<Ending> {
  await client.endListener({ path: { site: options.site, id } });
  print(io, options, { id, ended: true }, [`ended: ${id}`]);
  return "done";
}
