/** The catalogue: every event of every product with sample, schema and subscribers, and a form that triggers it. */
import { requireCallersMistake } from "../http/problems.ts";
import { groupEventTypes, isOperationalProduct, searchEventTypes } from "../../../catalogue/index.ts";
import type { EventType } from "../../../catalogue/index.ts";
import type { CallboardError } from "../../../errors.ts";
import { requireNeed, requireSite } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import { hasReceiver, listProducts } from "../http/subject.ts";
import type { Caller } from "../http/access.ts";
import { requireEventType } from "../present/catalogue.ts";
import { SMALL_BODY_DEPTH, SMALL_BODY_VALUES, scanObject } from "../http/body.ts";
import type { ShownTest } from "../../delivery-log/test-deliveries.ts";
import type { Rooms } from "../rooms.ts";
import { bodyView } from "./body-view.ts";
import { TESTS_PER_MINUTE } from "./page.ts";
import { SECTIONS } from "./sections.ts";
import type { Page, Visit } from "./page.ts";
import { toEventTypeHref } from "./event-type-link.ts";
import { listChips, pageInMemory } from "./list.ts";
import { listPaging, createPaging } from "./paging.ts";
import { receiverLink } from "./rows.ts";
import { NO_TERMS, isAboutTerms, readTermsFields, toAskedTerms } from "./terms-form.ts";
import type { TermsFields } from "./terms-form.ts";
import { testView } from "./test-view.ts";
import { EVENT_TYPES_PER_PAGE, pageEventTypes } from "../../model/event-type-page.ts";
import { hasText } from "../../model/has-text.ts";
import type { Site } from "../../model/site.ts";
import type { Subscription } from "../../model/subscription.ts";

const PATH = "/admin/catalogue";

/** The sites of a product that the caller reaches; an operational event can happen on all of them. */
async function sitesWith(product: string, caller: Caller, rooms: Rooms): Promise<readonly Site[]> {
  const reached = new Set(await listReachedSites(undefined, caller, rooms));
  return rooms.sites
    .listKnown()
    .filter(
      ({ key, product: own }) => reached.has(key) && (own === product || isOperationalProduct(product)),
    );
}

const names = (event: EventType, { event: named }: Subscription) =>
  (named === undefined && !event.isHostEvent) || named === event.event || named === String(event.typeId);

interface Subscriber {
  readonly no: number;
  readonly site: string;
  readonly text: string;
  readonly href: string | undefined;
  readonly url: string;
}

/** The subscriptions of a site that the caller reaches. */
const subscriptionsOn = ({ no: siteNo, key }: Site, caller: Caller, rooms: Rooms): readonly Subscription[] =>
  rooms.receivers
    .subscriptions(key)
    .filter(({ receiver }) => hasReceiver(caller, { siteNo, receiver }, rooms));

/** Returns how many subscriptions of these sites name an event type, without looking at each of them for each event type. */
function createSubscriberCount(
  sites: readonly Site[],
  caller: Caller,
  rooms: Rooms,
): (event: EventType) => number {
  if (caller.portal !== undefined) {
    const reached = sites.flatMap((site) => subscriptionsOn(site, caller, rooms));
    return (event) => reached.filter((subscription) => names(event, subscription)).length;
  }
  const counts = sites.map(({ key }) => rooms.receivers.countByEvent(key));
  return ({ event, typeId, isHostEvent }) => {
    const wanted = new Set([event, ...(typeId === undefined ? [] : [String(typeId)])]);
    const all = [...wanted, ...(isHostEvent ? [] : [undefined])];
    return counts.reduce(
      (sum, count) => all.reduce((before, name) => before + (count.get(name) ?? 0), sum),
      0,
    );
  };
}

interface ListSubscribersOptions {
  readonly event: EventType;
  readonly sites: readonly Site[];
  readonly caller: Caller;
}

function listSubscribers(
  { event, sites, caller }: ListSubscribersOptions,
  rooms: Rooms,
): readonly Subscriber[] {
  return sites.flatMap((site) =>
    subscriptionsOn(site, caller, rooms)
      .filter((subscription) => names(event, subscription))
      .map((subscription) => ({
        no: subscription.no,
        site: site.key,
        ...receiverLink(site.no, subscription.receiver, rooms),
        url: subscription.url,
      })),
  );
}

interface Entered {
  readonly site: string;
  /** "" = all who match, "url" = the URL, otherwise the number of a subscription. */
  readonly to: string;
  readonly url: string;
  readonly payload: string;
  readonly terms: TermsFields;
}

async function eventView(
  { params, query, caller }: Visit,
  rooms: Rooms,
  entered: Partial<Entered>,
  { refusal, test }: { readonly refusal?: CallboardError; readonly test?: ShownTest } = {},
) {
  const event = requireEventType(params, rooms.catalogue);
  const sites = await sitesWith(event.product, caller, rooms);
  // A body is shown as a site sends it: the one chosen, or the first.
  const shownOn = sites.find(({ key }) => key === entered.site) ?? sites[0];
  const envelope = shownOn?.options.envelope;
  const search = query.get("q")?.trim() ?? "";
  const all = listSubscribers({ event, sites, caller }, rooms);
  const { items: subscribers, list } = pageInMemory(
    all.filter(({ text, url, site }) => hasText([text, url, site], search)),
    {
      path: toEventTypeHref(event),
      query,
      noun: ["subscriber", "subscribers"],
      filters: [{ name: "q", label: "Search" }],
      toKey: ({ no }) => String(no),
    },
  );
  return {
    kind: "view" as const,
    view: "catalogue-event",
    title: event.event,
    section: "catalogue" as const,
    parents: [{ text: event.product, path: `${SECTIONS.catalogue[1]}?product=${event.product}` }],
    status: refusal === undefined ? 200 : 422,
    data: {
      event,
      schema: schemaView(event),
      confidence: event.confidenceIn(envelope),
      envelope: envelope === undefined ? undefined : { name: envelope, site: shownOn?.key },
      href: toEventTypeHref(event),
      eventsHref: `/admin/events?${new URLSearchParams({ event: event.event }).toString()}`,
      deliveriesHref: `/admin/deliveries?${new URLSearchParams({ event: event.event }).toString()}`,
      replacementHref:
        event.replacedBy === undefined
          ? undefined
          : toEventTypeHref({ product: event.product, event: event.replacedBy }),
      sites: sites.map(({ key }) => key),
      subscribers: subscribers.map((each) => ({ ...each, executeHref: toExecuteHref(event, each) })),
      isAny: all.length > 0,
      search,
      ...list,
      targets: withChosen(subscribers, all, entered.to),
      sample: bodyView(Buffer.from(event.sampleText(envelope))),
      payload: entered.payload ?? JSON.stringify(event.sample(envelope), null, 2),
      site: entered.site ?? "",
      to: entered.to ?? "",
      url: entered.url ?? "",
      terms: entered.terms ?? NO_TERMS,
      test: test === undefined ? undefined : testView(test),
      refusal,
      refusedField: refusal && findRefusedField(refusal),
      part: () => toEventTypeHref(event),
    },
  };
}

/** Returns the field that all problems are about; undefined if each names its own. */
function findRefusedField(refusal: CallboardError): string | undefined {
  if (/^(?:URL|DNS|HOST|IP)_/.test(refusal.code)) return "url";
  return isAboutTerms(refusal) ? undefined : "payload";
}

/** The subscribers on the page, and the chosen one. */
function withChosen(
  shown: readonly Subscriber[],
  all: readonly Subscriber[],
  chosen: string | undefined,
): readonly Subscriber[] {
  const isChosen = ({ no }: Subscriber) => String(no) === chosen;
  const elsewhere = shown.some(isChosen) ? undefined : all.find(isChosen);
  return elsewhere === undefined ? shown : [elsewhere, ...shown];
}

/** The form with this subscriber as the only receiver. */
const toExecuteHref = (event: EventType, { site, no }: Subscriber): string =>
  `${toEventTypeHref(event)}?${new URLSearchParams({ site, to: String(no) }).toString()}#execute`;

/** A schema with all that it refers to can be as large as the document of its product. */
const MAX_SHOWN_SCHEMA = 64 * 1024;

export function schemaView(event: EventType): { readonly text: string; readonly isCut: boolean } {
  const text = JSON.stringify(event.schema(), null, 2);
  return { text: text.slice(0, MAX_SHOWN_SCHEMA), isCut: text.length > MAX_SHOWN_SCHEMA };
}

const readPayload = (text: string): Buffer =>
  scanObject(Buffer.from(text), {
    maxDepth: SMALL_BODY_DEPTH,
    maxCount: SMALL_BODY_VALUES,
    duplicates: "all",
  }).bytes;

/** Accepts the event for all who match, or as a test of one subscription; resolves to its id. */
async function fire(
  { caller }: Visit,
  rooms: Rooms,
  event: EventType,
  { site, to, payload, terms: fields }: Entered,
): Promise<string> {
  const { no: siteNo } = await rooms.sites.load(site);
  const terms = toAskedTerms(fields, to !== "");
  const { id } = await rooms.acceptEvent({
    siteNo,
    event: event.event,
    payload: readPayload(payload),
    user: caller.actor,
    ...(to === "" ? {} : { testOf: Number(to) }),
    ...(terms === undefined ? {} : { terms }),
  });
  return id;
}

/** Sends one attempt to a URL without a subscription. This requires the right to create outgoing webhooks. */
async function sendToUrl(
  { caller }: Visit,
  rooms: Rooms,
  event: EventType,
  { site, url, payload, terms }: Entered,
): Promise<ShownTest> {
  requireNeed(caller, { scope: "admin" });
  toAskedTerms(terms, true);
  const values = { name: "Test", url, secret: { kind: "none" } } as const;
  const test = { event: event.event, payload: readPayload(payload), tokenId: caller.tokenId };
  return rooms.webhooks.executeUnsaved(site, values, undefined, test);
}

export const cataloguePages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "catalogue",
    scope: "read",
    answer: async ({ query, caller }, rooms) => {
      const product = query.get("product") ?? "";
      const search = query.get("q")?.trim() ?? "";
      const { catalogue } = rooms;
      const reached = caller.portal === undefined ? undefined : await listProducts(caller, rooms);
      const all = catalogue.products.filter(({ key }) => reached === undefined || reached.has(key));
      const chosen = all.find(({ key }) => key === product);
      const products = chosen === undefined ? all : [chosen];
      const paging = createPaging(PATH, query);
      const page = pageEventTypes(
        products.flatMap((each) => searchEventTypes(each, search)),
        { limit: EVENT_TYPES_PER_PAGE, cursor: paging.cursor },
      );
      const groups = [];
      const counts = new Map<string, (event: EventType) => number>();
      for (const { product: key, group, eventTypes } of groupEventTypes(page.items)) {
        const countSubscribers =
          counts.get(key) ?? createSubscriberCount(await sitesWith(key, caller, rooms), caller, rooms);
        counts.set(key, countSubscribers);
        groups.push({
          product: key,
          group,
          events: eventTypes.map((event) => ({
            event: event.event,
            name: event.name,
            description: event.description,
            status: event.status,
            replacedBy: event.replacedBy,
            href: toEventTypeHref(event),
            eventsHref: `/admin/events?${new URLSearchParams({ event: event.event }).toString()}`,
            deliveriesHref: `/admin/deliveries?${new URLSearchParams({ event: event.event }).toString()}`,
            subscribers: countSubscribers(event),
          })),
        });
      }
      return {
        kind: "view",
        view: "catalogue",
        title: "Catalogue",
        section: "catalogue",
        data: {
          groups,
          products: all.map(({ key }) => key),
          product,
          search,
          ...listPaging(paging, page),
          noun: ["event type", "event types"],
          chips: listChips(PATH, query, [
            { name: "q", label: "Search" },
            { name: "product", label: "Product" },
          ]),
          clearHref: PATH,
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/:product/:event`,
    subject: "catalogue",
    scope: "read",
    answer: (visit, rooms) =>
      eventView(visit, rooms, {
        site: visit.query.get("site") ?? "",
        to: visit.query.get("to") ?? "",
      }),
  },
  {
    method: "post",
    path: `${PATH}/:product/:event`,
    scope: "events:write",
    perMinute: TESTS_PER_MINUTE,
    answer: async (visit, rooms) => {
      const { form, params, caller } = visit;
      const [site = "", to = ""] = (form.get("to") ?? "").split("|");
      const entered = {
        site,
        to,
        url: form.get("url")?.trim() ?? "",
        payload: form.get("payload") ?? "",
        terms: readTermsFields(form),
      };
      const event = requireEventType(params, rooms.catalogue);
      requireSite(caller, site);
      try {
        if (to === "url") {
          const test = await sendToUrl(visit, rooms, event, entered);
          return await eventView(visit, rooms, entered, { test });
        }
        const id = await fire(visit, rooms, event, entered);
        return { kind: "redirect", to: `/admin/events/${id}`, notice: "event-sent" };
      } catch (error) {
        return eventView(visit, rooms, entered, { refusal: requireCallersMistake(error) });
      }
    },
  },
];
