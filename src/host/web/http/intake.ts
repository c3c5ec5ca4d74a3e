/**
 * The intake of events, in front of Express: a POST of one event, of a batch, or of a product's own webhook body. It does
 * what every route does (access, limits, problems) without the cost of a framework on the hottest path.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { findEventNameIn, readPayload } from "../../../catalogue/index.ts";
import type { Catalogue, Payload, Product } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import { readTraceParent } from "../../model/correlation.ts";
import { findIdempotencyKey } from "../../model/idempotency-key.ts";
import { shownUrl } from "../../model/refused-install.ts";
import type { AcceptedEvent, IncomingEvent } from "../../model/plan.ts";
import { meetsNeed } from "./access.ts";
import type { Access, Caller } from "./access.ts";
import { readJsonText, readJsonTextOrNothing, requireJson } from "./body.ts";
import type { JsonObjectText } from "./body.ts";
import {
  BATCH_TEXT,
  EVENT_DEPTH,
  EVENT_TEXT,
  readBatch,
  readEvent,
  whyNotEventName,
} from "./event-envelope.ts";
import { asCallboardError } from "./problems.ts";
import type { SendProblem } from "./problems.ts";
import { countForToken } from "./reading.ts";
import type { Intake } from "../api/route.ts";
import { presentAccepted } from "../present/accepted.ts";

export interface IntakeSite {
  readonly no: number;
  readonly key: string;
  readonly product: string;
  readonly clientKey: string;
}

export interface IntakeParts {
  readonly catalogue: Pick<Catalogue, "get" | "describeOrigin">;
  readonly access: Access;
  readonly findSite: (key: string) => IntakeSite | undefined;
  readonly accept: (events: readonly IncomingEvent[]) => Promise<readonly AcceptedEvent[]>;
  readonly bodyLimitBytes: number;
  /** The highest number of values and keys in a body. */
  readonly bodyValues: number;
  readonly sendProblem: SendProblem;
  /** Counts what is refused; the site is undefined when there is none of the name. */
  readonly onRefused?: (siteKey: string | undefined, code: ErrorCode) => void;
  /** Begins to trace a request; undefined when nothing is traced. */
  readonly trace?: Trace | undefined;
}

/** Resolves to what the events belong to from there on. */
type Trace = (
  traceParent: string | undefined,
  attributes: Readonly<Record<string, string>>,
) => { readonly traceParent: string | undefined; readonly end: (failure: string | undefined) => void };

type Target =
  | { readonly kind: "event" | "batch"; readonly siteKey: string }
  | {
      readonly kind: "ingest";
      readonly siteKey: string;
      readonly token: string | undefined;
      readonly event: string | undefined;
    };

/** A slash at the end changes nothing, as on every other route. */
const EVENTS = /^\/api\/v1\/sites\/([^/?]+)\/events(\/batch)?\/?(?:\?|$)/;
/** The same in the words of Express. */
export const INGEST_PATHS = ["/:site/ingest", "/:site/ingest/:token"];
const INGEST = /^\/([a-z][a-z0-9-]{0,31})\/ingest(?:\/([^/?]+))?\/?(?:\?(.*))?$/;

function parseTarget(url: string): Target | undefined {
  const events = EVENTS.exec(url);
  if (events?.[1] !== undefined) {
    return { kind: events[2] === undefined ? "event" : "batch", siteKey: events[1] };
  }
  const ingest = INGEST.exec(url);
  if (ingest?.[1] === undefined) return undefined;
  const event = new URLSearchParams(ingest[3] ?? "").get("event") ?? undefined;
  return { kind: "ingest", siteKey: ingest[1], token: ingest[2], event };
}

/** A request that was let in. */
interface Admitted {
  readonly target: Target;
  readonly caller: Caller;
  readonly traceParent: string | undefined;
}

export function createIntake(parts: IntakeParts): Intake {
  const { access, catalogue, findSite, accept, bodyLimitBytes, bodyValues, sendProblem, onRefused, trace } =
    parts;
  const limits = { limitBytes: bodyLimitBytes, maxCount: bodyValues };

  async function authorize(request: IncomingMessage, target: Target): Promise<Caller> {
    const { siteKey } = target;
    if (target.kind === "ingest" && target.token !== undefined)
      return access.authorizeToken(target.token, { scope: "ingest", siteKey });
    const scope = target.kind === "ingest" ? "ingest" : "events:write";
    return access.authorize(request.headers, { scope, siteKey });
  }

  async function eventsIn(
    request: IncomingMessage,
    target: Target,
    site: IntakeSite,
  ): Promise<readonly IncomingEvent[]> {
    switch (target.kind) {
      case "event": {
        const key = findIdempotencyKey(request.headers);
        const event = readEvent(await readJsonText(request, { ...EVENT_TEXT, ...limits }), site);
        return [withId(event, key)];
      }
      case "batch":
        if (findIdempotencyKey(request.headers) !== undefined) throw noKeyOfBatch();
        return readBatch(await readJsonText(request, { ...BATCH_TEXT, ...limits }), site);
      case "ingest": {
        const options = { ...INGEST_TEXT, ...limits };
        if (target.event === undefined)
          return [unnamed(site, await readJsonText(request, options), catalogue)];
        const text = await readJsonTextOrNothing(request, options);
        return [text === undefined ? bodiless(target.event, site) : ingested(target.event, site, text)];
      }
    }
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { target, caller, traceParent }: Admitted,
  ): Promise<void> {
    const { siteKey } = target;
    const site = findSite(siteKey);
    if (site === undefined)
      throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
    if (!mayBeEmpty(target, request)) requireJson(request.headers);
    const events = await eventsIn(request, target, site);
    const accepted = await accept(
      traceParent === undefined ? events : events.map((event) => ({ ...event, traceParent })),
    );
    // The query of a webhook's URL may hold a secret: who may not read the webhook isn't shown it.
    const showUrl = meetsNeed(caller, { scope: "read" }) ? (url: string) => url : shownUrl;
    const results = accepted.map((one) => presentAccepted(one, site.no, showUrl));
    const text = JSON.stringify(target.kind === "batch" ? { results } : results[0]);
    response.writeHead(202, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
    });
    response.end(text);
  }

  /** Never rejects. */
  async function handle(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    let caller: Caller | undefined;
    const header = request.headers["traceparent"];
    const given = readTraceParent(header) === undefined ? undefined : String(header);
    const site = findSite(target.siteKey)?.key;
    const traced = trace?.(given, { "callboard.site": site ?? "" });
    try {
      caller = await authorize(request, target);
      countForToken(request, caller.tokenId);
      await answer(request, response, {
        target,
        caller,
        traceParent: traced === undefined ? given : traced.traceParent,
      });
      traced?.end(undefined);
    } catch (error) {
      const { code } = asCallboardError(error);
      traced?.end(code);
      onRefused?.(site, code);
      sendProblem(response, error, {
        ...(caller === undefined ? {} : { who: caller.tokenId }),
        fields: {
          ...(site === undefined ? {} : { site }),
          ...(caller === undefined ? {} : { actor: caller.actor }),
        },
      });
    }
  }

  return (request, response) => {
    // What else is at these paths is the router's.
    if (request.method !== "POST") return false;
    const target = parseTarget(request.url ?? "");
    if (target === undefined) return false;
    void handle(request, response, target);
    return true;
  };
}

/** The idempotency key of a request is the ID of its event, unless the event has one. */
const withId = (event: IncomingEvent, key: string | undefined): IncomingEvent =>
  key === undefined || event.id !== undefined ? event : { ...event, id: key };

const noKeyOfBatch = () =>
  new CallboardError(
    "IDEMPOTENCY_KEY",
    "A batch has no Idempotency-Key: give each event an id of its own instead",
  );

/** A product that is told to leave the body out (Jira's "exclude body") names no content type either. */
function mayBeEmpty(target: Target, { headers }: IncomingMessage): boolean {
  return (
    target.kind === "ingest" &&
    target.event !== undefined &&
    headers["transfer-encoding"] === undefined &&
    Number(headers["content-length"] ?? 0) === 0
  );
}

const INGEST_TEXT = { maxDepth: EVENT_DEPTH, duplicates: "top" } as const;

/** No body at all is passed on as none. */
function bodiless(event: string, site: IntakeSite): IncomingEvent {
  requireEventName(event);
  return { siteNo: site.no, event, payload: Buffer.alloc(0), hasNoBody: true };
}

/** A product's own body, verbatim. */
function ingested(event: string, site: IntakeSite, { bytes, scan }: JsonObjectText): IncomingEvent {
  requireEventName(event);
  const scanned = { members: scan.members, offset: 0 };
  return { siteNo: site.no, event, payload: bytes, scanned, isVerbatim: true };
}

/** The same for a body that names its event itself. */
function unnamed(site: IntakeSite, text: JsonObjectText, catalogue: IntakeParts["catalogue"]): IncomingEvent {
  const payload = readPayload(text.bytes, { members: text.scan.members, offset: 0 });
  return ingested(nameIn(catalogue.get(site.product), payload, catalogue), site, text);
}

function requireEventName(event: string): void {
  const problem = whyNotEventName(event);
  if (problem !== undefined) throw new CallboardError("EVENT_SCHEMA", `The name of the event ${problem}`);
}

/** @throws {CallboardError} EVENT_SCHEMA for a body without a name, and says of which product it seems to be */
function nameIn(product: Product, payload: Payload, { describeOrigin }: IntakeParts["catalogue"]): string {
  const event = findEventNameIn(product, payload);
  if (event !== undefined && event !== "") return event;
  throw new CallboardError(
    "EVENT_SCHEMA",
    `The body does not name its event where ${product.key} puts it; give it as ?event=.${describeOrigin(product, payload)}`,
  );
}
