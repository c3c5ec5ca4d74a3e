/** Incoming events → the body as the product would send it. Takes turns with everything else while it does. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { BodyInput, BuiltBody, Catalogue, Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { JsonReading } from "../../json/excerpt.ts";
import { takeTurn } from "../../turn.ts";
import { canonicalName } from "../model/event-index.ts";
import { unknownNameNotes } from "../model/unknown-name.ts";
import { LEFT_OUT_NOTE, keepReading, readAhead, readBodyValue } from "../model/payload.ts";
import type { IncomingEvent, NormalizedEvent } from "../model/plan.ts";
import { requireExisting } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** What bodies are made with. */
export interface NormalizeContext {
  readonly catalogue: Catalogue;
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  /** Epoch ms, which bodies have as their time. */
  readonly wallTime: () => number;
}

/** Payloads of this size in all, and this number of events, are normalized without a turn for others. */
const AT_ONCE_BYTES = 1024 * 1024;
const AT_ONCE_EVENTS = 50;
/** A larger payload has turns for others in between. */
const LARGE_PAYLOAD_BYTES = 256 * 1024;

/**
 * Normalizes events in order.
 *
 * @throws {CallboardError} EVENT_SCHEMA if a payload does not make a body of the product, SITE_NOT_FOUND
 */
export async function normalizeAll(
  events: readonly IncomingEvent[],
  context: NormalizeContext,
): Promise<readonly NormalizedEvent[]> {
  const normalized: NormalizedEvent[] = [];
  let sinceTurn = 0;
  for (const event of events) {
    if (event.payload.length > LARGE_PAYLOAD_BYTES) {
      normalized.push(await normalizeInTurns(event, context));
      continue;
    }
    sinceTurn += Math.max(event.payload.length, AT_ONCE_BYTES / AT_ONCE_EVENTS);
    if (sinceTurn > AT_ONCE_BYTES) {
      await takeTurn();
      sinceTurn = 0;
    }
    normalized.push(normalize(event, context, event.id === undefined ? undefined : digest(event)));
  }
  return normalized;
}

async function normalizeInTurns(event: IncomingEvent, context: NormalizeContext): Promise<NormalizedEvent> {
  const contents = event.id === undefined ? undefined : await digestInTurns(event);
  await takeTurn();
  const normalized = normalize(event, context, contents);
  await takeTurn();
  await readAhead(normalized.body, takeTurn);
  await takeTurn();
  return normalized;
}

function normalize(
  incoming: IncomingEvent,
  { catalogue, findSite, wallTime }: NormalizeContext,
  contents: string | undefined,
): NormalizedEvent {
  const { product, site } = requireExisting(findSite(incoming.siteNo));
  const { envelope } = site.options;
  const { payload, scanned, project, user, hasNoBody = false } = incoming;
  const name = canonicalName(product, incoming.event);
  const { bytes, notes, reading } = buildBodyOrNote(incoming, product, catalogue, {
    event: name,
    payload,
    receivedAt: wallTime(),
    ...(scanned === undefined ? {} : { scanned }),
    ...(project === undefined ? {} : { project }),
    ...(user === undefined ? {} : { user }),
    ...(envelope === undefined ? {} : { envelope }),
  });
  const body = hasNoBody ? payload : bytes;
  if (reading !== undefined) keepReading(bytes, reading);
  let read: JsonReading | undefined;
  return {
    incoming,
    name,
    body,
    // A note on what the body lacks says nothing where there is no body.
    notes: [...unknownNameNotes(catalogue, product, name), ...(hasNoBody ? [] : notes)],
    digest: contents,
    payload: () => (read ??= readBodyValue(body)).value,
    readingNotes: () => (read?.isWhole === false ? [LEFT_OUT_NOTE] : []),
  };
}

/** A product's own body stays as it is, and what the product would not have sent is a note. */
function buildBodyOrNote(
  { isVerbatim, payload }: IncomingEvent,
  product: Product,
  { buildBody }: Catalogue,
  input: BodyInput,
): BuiltBody {
  if (isVerbatim !== true) return buildBody(product, input);
  try {
    const built = buildBody(product, input);
    return built.bytes.equals(payload) ? built : { bytes: payload, notes: built.notes };
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "EVENT_SCHEMA") throw error;
    return { bytes: payload, notes: [`${error.message.replace(/\.$/, "")}; the body was sent as it came.`] };
  }
}

function digest(event: IncomingEvent): string {
  return startDigest(event).update(event.payload).digest("base64");
}

/** Hashing this many bytes takes about two milliseconds. */
const HASHED_AT_ONCE_BYTES = 2 * 1024 * 1024;

async function digestInTurns(event: IncomingEvent): Promise<string> {
  const { payload } = event;
  const hash = startDigest(event);
  for (let at = 0; at < payload.length; at += HASHED_AT_ONCE_BYTES) {
    hash.update(payload.subarray(at, at + HASHED_AT_ONCE_BYTES));
    await takeTurn();
  }
  return hash.digest("base64");
}

function startDigest({ event, project, user, flow, terms }: IncomingEvent): Hash {
  return createHash("sha256").update(
    JSON.stringify([
      event,
      project ?? null,
      user ?? null,
      flow ?? "primary",
      ...(terms === undefined ? [] : [terms]),
    ]),
  );
}
