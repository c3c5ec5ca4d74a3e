/**
 * The catalogue of a product that is open to everyone: event types with schemas, samples and headers, how a request is verified, and
 * a trial of a visitor's own URL. A product whose catalogue is not public looks like one that does not exist.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import express from "express";
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from "express";
import { groupEventTypes, MAX_SEARCH_LENGTH, searchEventTypes } from "../../../catalogue/index.ts";
import { collectSharedSchemas } from "../../../catalogue/document/shared-schemas.ts";
import type { EventType, Product } from "../../../catalogue/index.ts";
import { CallboardError, ERROR_CODES } from "../../../errors.ts";
import { setNewest } from "../../../newest.ts";
import { VERSION } from "../../../version.ts";
import type { SampleTrial } from "../../delivery/url-trials.ts";
import { toLimitKey } from "../../model/addresses.ts";
import { EVENT_TYPES_PER_PAGE, pageEventTypes } from "../../model/event-type-page.ts";
import type { UrlProof } from "../../model/url-proof.ts";
import type { PublicCatalogue } from "../../products/publication.ts";
import { hasUnreadBody } from "../http/linger.ts";
import type { Origin } from "../http/origin.ts";
import { REQUEST_ID, requireCallersMistake } from "../http/problems.ts";
import type { ReportProblem } from "../http/problems.ts";
import { readPage, queryInvalid } from "../http/query.ts";
import type { RefusalPace } from "../http/refusal-pace.ts";
import { describeRequest, listScopes, toPublicEventType } from "../present/public-event-type.ts";
import { presentList } from "../present/values.ts";
import type { Page } from "../present/values.ts";
import type { Rooms } from "../rooms.ts";
import type { Assets } from "./assets.ts";
import { schemaView } from "./catalogue.ts";
import { readForm, requireSameOrigin } from "./form.ts";
import { listPaging, createPaging } from "./paging.ts";
import type { Render } from "./render.ts";
import { pause, sendCheaply, setErrorHead } from "./refusal.ts";
import { setPageHeaders } from "./policy.ts";

/** Path of the router. */
export const PUBLIC_CATALOGUE_PATH = "/catalogue";

const MAX_FORM_BYTES = 16 * 1024;
/** Event types of a JSON document, which has their schemas and samples. */
const MAX_ITEMS = 100;
const MAX_RENDERED = 100;
/** Caches must revalidate each time, because a catalogue can be closed. */
const CACHE = "public, max-age=0, must-revalidate";

type PublicRooms = Pick<Rooms, "products" | "urlTrials" | "rates" | "href" | "publicUrl">;

export interface PublicCatalogueParts {
  readonly rooms: PublicRooms;
  readonly render: Render;
  readonly assets: Pick<Assets, "version">;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly pauseFor: RefusalPace["pauseFor"];
  readonly report: ReportProblem;
}

/** Another one for JSON than for a page. */
type Form = "html" | "json";

interface Trial {
  readonly url: string;
  readonly refusal?: string;
  readonly proof?: UrlProof & { readonly shownSecret: string };
  readonly result?: SampleTrial;
}

export function createPublicCatalogueRouter(parts: PublicCatalogueParts): Router {
  const { rooms, render, assets, readOrigin } = parts;
  const { products, urlTrials, href, publicUrl } = rooms;
  const router = express.Router();
  const toClientKey = (request: Request) => toLimitKey(readOrigin(request).address);

  const requirePublic = (key: string): PublicCatalogue => products.findPublic(key) ?? refuseUnknown();

  /** Pages of event types as they are without a trial, the ones used last: a sample or a schema can be megabytes. */
  const rendered = new Map<EventType, string>();

  function renderView({ product }: PublicCatalogue, { view, title, data, nav }: ViewParts): Promise<string> {
    return render(`/host/${view}`, {
      title,
      app: product.name,
      home: href(toPath(product.key)),
      assets: href("/assets"),
      version: assets.version,
      nav: nav.map(([text, to, current = false]) => ({ text, href: href(to), current })),
      product,
      path: toPath(product.key),
      csrf: "",
      ...data,
    });
  }

  /** Sends 304 and returns true if the client has this version of the page. */
  function isKnown(request: Request, response: Response, { product, version }: PublicCatalogue): boolean {
    const form = chooseForm(request);
    const facts = [VERSION, assets.version, product.key, version, form, publicUrl];
    response.setHeader("etag", `"${createHash("sha256").update(JSON.stringify(facts)).digest("base64url")}"`);
    response.setHeader("cache-control", CACHE);
    response.vary("accept");
    if (!request.fresh) return false;
    response.status(304).end();
    return true;
  }

  const catalogue: RequestHandler = async (request, response) => {
    const { searchParams: query } = new URL(request.originalUrl, "http://host");
    const found = requirePublic(withoutSuffix(String(request.params["product"])));
    if (isKnown(request, response, found)) return;
    const { product } = found;
    const search = (query.get("q") ?? "").trim().slice(0, MAX_SEARCH_LENGTH);
    const eventTypes = searchEventTypes(product, search);
    if (chooseForm(request) === "json") {
      response.json(toCatalogueDocument(product, pageEventTypes(eventTypes, readPageRequest(query))));
      return;
    }
    const path = toPath(product.key);
    const paging = createPaging(path, query);
    const page = pageEventTypes(eventTypes, { limit: EVENT_TYPES_PER_PAGE, cursor: paging.cursor });
    const html = await renderView(found, {
      view: "public-catalogue",
      title: "Event types",
      nav: [
        ["Event types", path, true],
        ["As JSON", `${path}.json`],
      ],
      data: {
        search,
        scopes: listScopes(product),
        groups: groupEventTypes(page.items).map(({ group, eventTypes: inGroup }) => ({
          group,
          eventTypes: inGroup.map((eventType) => ({
            ...eventType,
            href: `${path}/${encodeURIComponent(eventType.event)}`,
          })),
        })),
        ...listPaging(paging, page),
      },
    });
    sendHtml(response, html);
  };

  function renderEvent(found: PublicCatalogue, eventType: EventType, trial: Trial): Promise<string> {
    const { product } = found;
    const path = toPath(product.key);
    const replacedBy = eventType.replacedBy;
    return renderView(found, {
      view: "public-event",
      title: eventType.event,
      nav: [
        ["Event types", path],
        ...SECTIONS.map(([text, id]) => [text, `#${id}`] as const),
        ["As JSON", `${path}/${encodeURIComponent(eventType.event)}.json`],
      ],
      data: {
        eventType,
        replacedBy:
          replacedBy === undefined
            ? undefined
            : { event: replacedBy, href: `${path}/${encodeURIComponent(replacedBy)}` },
        fields: eventType.fields.slice(0, MAX_FIELDS),
        schema: schemaView(eventType),
        action: `${path}/${encodeURIComponent(eventType.event)}#try`,
        trial,
        ...describeRequest(product, eventType),
      },
    });
  }

  const eventPage: RequestHandler = async (request, response) => {
    const found = requirePublic(String(request.params["product"]));
    const named = String(request.params["event"]);
    const exact = findOwn(found, named);
    const eventType = exact ?? requireOwn(found, withoutSuffix(named));
    if (exact === undefined) jsonRequests.add(request);
    if (isKnown(request, response, found)) return;
    if (chooseForm(request) === "json") {
      const { product } = found;
      response.json({
        product: product.key,
        ...toPublicEventType(eventType),
        schemas: collectSharedSchemas([eventType]),
      });
      return;
    }
    const html = rendered.get(eventType) ?? (await renderEvent(found, eventType, { url: "" }));
    setNewest(rendered, eventType, html, MAX_RENDERED);
    sendHtml(response, html);
  };

  /** A form without a session: only a page of this server may send it. */
  const tryUrl: RequestHandler = async (request, response) => {
    requireSameOrigin(request, publicUrl);
    const found = requirePublic(String(request.params["product"]));
    const eventType = requireOwn(found, String(request.params["event"]));
    const form = await readForm(request, MAX_FORM_BYTES);
    const tried = { url: form.get("url")?.trim() ?? "", client: toClientKey(request) };
    const trial = await tryForm(urlTrials, form, tried, { product: found.product, eventType });
    response.setHeader("cache-control", "no-store");
    response.status(trial.refusal === undefined ? 200 : 422);
    sendHtml(response, await renderEvent(found, eventType, trial));
  };

  router.use(setPageHeaders, (request, _response, next) => {
    rooms.rates.cataloguePages.take(toClientKey(request));
    next();
  });
  router.get("/:product", catalogue);
  router.get("/:product/:event", eventPage);
  router.post("/:product/:event", tryUrl);

  router.use(createErrorPage(parts));
  return router;
}

const MAX_FIELDS = 200;
const NOT_RETURNED =
  "Your URL did not return the value within 5 s. It must respond with a 2xx status and the value of “challenge” in its body.";
const NOT_CHECKED =
  "Check the URL first. A check is valid for one hour, for the same origin and from the same network.";

const SECTIONS = [
  ["Body", "body"],
  ["Headers", "headers"],
  ["Verify", "verify"],
  ["Subscribe", "subscribe"],
  ["Try it", "try"],
] as const;

interface ViewParts {
  readonly view: string;
  readonly title: string;
  readonly nav: readonly (readonly [text: string, href: string, current?: boolean])[];
  readonly data: Readonly<Record<string, unknown>>;
}

const toPath = (key: string): string => `${PUBLIC_CATALOGUE_PATH}/${key}`;

const SUFFIX = ".json";
const withoutSuffix = (name: string): string =>
  name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;

/** Requests for an event type that have the suffix of JSON in their path; a name can end like this too. */
const jsonRequests = new WeakSet<Request>();

function chooseForm(request: Request): Form {
  const ofCatalogue = request.params["event"] === undefined && request.path.endsWith(SUFFIX);
  if (ofCatalogue || jsonRequests.has(request)) return "json";
  return request.accepts(["html", "json"]) === "json" ? "json" : "html";
}

const findOwn = ({ product }: PublicCatalogue, name: string): EventType | undefined =>
  product.byName.get(name) ?? product.byAlias.get(name);

/** Throws NOT_FOUND: a product that isn't public looks like one that doesn't exist. */
function refuseUnknown(): never {
  throw new CallboardError("NOT_FOUND", "There is nothing at this path");
}

/** @throws {CallboardError} NOT_FOUND */
function requireOwn(found: PublicCatalogue, name: string): EventType {
  return findOwn(found, name) ?? refuseUnknown();
}

/** @throws {CallboardError} QUERY_INVALID */
function readPageRequest(query: URLSearchParams) {
  const request = readPage(Object.fromEntries(query));
  if (request.limit <= MAX_ITEMS) return request;
  throw queryInvalid("limit", `must be a whole number from 1 to ${MAX_ITEMS}`);
}

async function tryForm(
  urlTrials: PublicRooms["urlTrials"],
  form: URLSearchParams,
  tried: { readonly url: string; readonly client: string },
  of: { readonly product: PublicCatalogue["product"]; readonly eventType: EventType },
): Promise<Trial> {
  const { url } = tried;
  const withSecret = (proof: UrlProof) => ({
    ...proof,
    shownSecret: urlTrials.secretFor(of.product, proof),
  });
  try {
    if (form.get("do") !== "send") {
      const proof = await urlTrials.check(tried);
      return proof === undefined ? { url, refusal: NOT_RETURNED } : { url, proof: withSecret(proof) };
    }
    const given = form.get("proof") ?? "";
    const proof = urlTrials.findProof(given, tried);
    const result = await urlTrials.send(given, tried, of);
    if (proof === undefined || result === undefined) return { url, refusal: NOT_CHECKED };
    return { url, proof: withSecret(proof), result };
  } catch (error) {
    const refusal = requireCallersMistake(error);
    if (refusal.code === "RATE_LIMITED") throw refusal;
    return { url, refusal: refusal.message };
  }
}

/** Shows errors of the pages; those of the JSON documents go to the next handler. */
function createErrorPage(parts: PublicCatalogueParts): ErrorRequestHandler {
  const { rooms, render, assets, readOrigin, pauseFor, report } = parts;
  return async (thrown, request, response, next) => {
    const isPage = request.method === "POST" || chooseForm(request) === "html";
    if (!isPage || response.headersSent) {
      next(thrown);
      return;
    }
    const requestId = String(response.getHeader(REQUEST_ID) ?? "");
    const error = report(thrown, requestId);
    await pause(pauseFor(readOrigin(request).address));
    response.removeHeader("etag");
    if (sendCheaply(request, response, error)) return;
    if (hasUnreadBody(request)) response.setHeader("connection", "close");
    setErrorHead(response, error);
    try {
      const html = await render("/host/public-error", {
        title: ERROR_CODES[error.code][1],
        app: "Catalogue",
        assets: rooms.href("/assets"),
        version: assets.version,
        error,
        requestId,
      });
      sendHtml(response, html);
    } catch (failure) {
      next(failure);
    }
  };
}

const sendHtml = (response: Response, html: string): void => {
  response.type("text/html; charset=utf-8").send(html);
};

function toCatalogueDocument(product: Product, page: Page<EventType>) {
  return {
    product: product.key,
    name: product.name,
    description: product.description,
    scopes: listScopes(product),
    ...presentList(page, toPublicEventType),
    schemas: collectSharedSchemas(page.items),
  };
}
