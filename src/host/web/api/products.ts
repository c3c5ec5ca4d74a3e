/** Products: the built-in ones, and own ones that are created and changed while the server runs. */
import type { ProductChange } from "../../../catalogue/document/compare.ts";
import { defined } from "../../../defined.ts";
import { receiverFields } from "../../model/receiver.ts";
import type { DeprecatedUse } from "../../model/deprecation.ts";
import type { AffectedReceiver, ProductPlan } from "../../model/product-impact.ts";
import type { ProductSummary } from "../../products/products.ts";
import type { ProductRevision, RevisionSummary } from "../../store/tables/products.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { PRODUCT_BODY } from "../http/body.ts";
import { PAGE_PARAMETERS, readBoolean, readPage, pageParameters } from "../http/query.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import {
  CHANGED_PRODUCT,
  DEPRECATED_PAGE,
  PRODUCT,
  PRODUCT_PAGE,
  PRODUCT_SUMMARY,
  PUT_PRODUCT_RESULT,
  REVISION,
  REVISION_PAGE,
} from "../schema/catalogue.ts";
import { anyObject, body, boolean } from "../schema/schema.ts";
import { pageList } from "../../model/list-page.ts";
import { NUMBER_CURSOR } from "../../model/cursor.ts";

const GROUP = "Products";

const toSummary = (product: ProductSummary) => ({
  product: product.key,
  name: product.name,
  description: product.description,
  origin: product.origin,
  version: product.version ?? null,
  updatedAt: isoTime(product.updatedAt),
  schemaPolicy: product.schemaPolicy,
  eventTypes: product.eventTypes,
  sites: product.sites,
  public: product.isPublic,
});

const toAffected = ({ site, siteNo, receiver, name, events, scopes }: AffectedReceiver) => ({
  site,
  ...receiverFields(siteNo, receiver),
  name,
  events,
  scopes,
});

/** Receivers that are listed of one deprecated event type; more are counted. */
const MAX_USERS = 200;

const toDeprecated = ({ event, replacedBy, subscriptions, users }: DeprecatedUse) => ({
  event,
  replacedBy: replacedBy ?? null,
  subscriptions,
  receivers: users.slice(0, MAX_USERS).map(({ site, siteNo, receiver, name, subscriptions: own }) => ({
    site,
    ...receiverFields(siteNo, receiver),
    name,
    subscriptions: own,
  })),
  moreReceivers: Math.max(0, users.length - MAX_USERS),
});

const toChange = ({ event, ...change }: ProductChange) => ({ ...change, ...defined({ event }) });

const toPlan = ({ isNew, changes, affected }: ProductPlan) => ({
  created: isNew,
  changes: changes.map(toChange),
  receivers: affected.map(toAffected),
});

const toRevision = ({ version, changes, isForced, createdAt, createdBy, isDeletion }: RevisionSummary) => ({
  version,
  deleted: isDeletion,
  changes: changes.map(toChange),
  forced: isForced,
  createdAt: isoTime(createdAt),
  createdBy,
});

const toRevisionDetail = ({ document, ...revision }: ProductRevision) => ({
  ...toRevision({ ...revision, isDeletion: document === undefined }),
  document: document === undefined ? null : (JSON.parse(document) as object),
});

/** No change has the number 0. */
const toVersion = (text = ""): number => (/^\d{1,9}$/.test(text) ? Number(text) : 0);

const key = ({ params }: Pick<Call, "params">) => params["product"] ?? "";
const toText = ({ body }: Call<object>): string => JSON.stringify(body);
const CHANGE_PARAMETERS = {
  force: boolean("Changes the product also where that breaks subscribers", { default: false }),
  dryRun: boolean("Only shows the changes", { default: false }),
};
const readOptions = (call: Call<unknown>) => ({
  by: toAuthor(call),
  isForced: readBoolean(call.query, "force") === true,
});
const DOCUMENT = anyObject("A product file as JSON; see docs/own-products.md");

export const productRoutes = [
  route({
    id: "listProducts",
    method: "GET",
    path: "/products",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the products",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Products without their event types", schema: PRODUCT_PAGE },
    handle: async ({ query }, { products }) =>
      presentList(
        pageList(await products.list(), readPage(query), (product) => product.key),
        toSummary,
      ),
  }),
  route({
    id: "showProduct",
    method: "GET",
    path: "/products/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "Show a product with its document",
    success: { status: 200, description: "The product", schema: PRODUCT },
    handle: async (call, { products }) => {
      const product = await products.show(key(call));
      return { ...toSummary(product), document: product.document };
    },
  }),
  route({
    id: "listDeprecatedEventTypes",
    method: "GET",
    path: "/products/{product}/deprecated",
    scope: "read",
    group: GROUP,
    summary: "List the deprecated event types with their remaining receivers",
    query: PAGE_PARAMETERS,
    success: {
      status: 200,
      description: "Event types, each with its receivers, 200 at most",
      schema: DEPRECATED_PAGE,
    },
    handle: async (call, { products }) =>
      presentList(
        pageList(await products.listDeprecated(key(call)), readPage(call.query), ({ event }) => event),
        toDeprecated,
      ),
  }),
  route({
    id: "putProduct",
    method: "PUT",
    path: "/products/{product}",
    scope: "admin",
    group: GROUP,
    summary: "Create or replace one of your own products",
    query: CHANGE_PARAMETERS,
    body: DOCUMENT,
    bodyLimits: PRODUCT_BODY,
    example: {
      product: "harbor",
      name: "Harbor",
      description: "Port operations",
      events: { "crane.stopped": { description: "A crane has stopped" } },
    },
    success: {
      status: 200,
      description: "The product and its changes; with dryRun, the changes alone",
      schema: PUT_PRODUCT_RESULT,
    },
    errors: [
      "PRODUCT_BREAKING",
      "PRODUCT_BUILT_IN",
      "PRODUCT_FROM_FILE",
      "PRODUCT_INVALID",
      "PRODUCT_TOO_LARGE",
      "LIMIT_REACHED",
    ],
    handle: async (call, { products }) => {
      if (readBoolean(call.query, "dryRun") === true)
        return { ...toPlan(await products.plan(key(call), toText(call))), dryRun: true };
      const { product, ...plan } = await products.put(key(call), toText(call), readOptions(call));
      return { ...toSummary(product), ...toPlan(plan), dryRun: false };
    },
  }),
  route({
    id: "patchEventType",
    method: "PATCH",
    path: "/products/{product}/events/{event}",
    scope: "admin",
    group: GROUP,
    summary: "Change or create an event type of one of your own products, by a JSON merge patch (RFC 7396)",
    query: { force: CHANGE_PARAMETERS.force },
    body: anyObject("Members of the event type in the product file; null removes one"),
    example: { description: "A crane has stopped, by hand or by itself" },
    success: { status: 200, description: "The product and its changes", schema: CHANGED_PRODUCT },
    errors: [
      "PRODUCT_BREAKING",
      "PRODUCT_BUILT_IN",
      "PRODUCT_FROM_FILE",
      "PRODUCT_INVALID",
      "PRODUCT_TOO_LARGE",
    ],
    handle: async (call, { products }) => {
      const event = call.params["event"] ?? "";
      const { product, ...plan } = await products.patchEvent(key(call), event, call.body, readOptions(call));
      return { ...toSummary(product), ...toPlan(plan) };
    },
  }),
  route({
    id: "deleteProduct",
    method: "DELETE",
    path: "/products/{product}",
    scope: "admin",
    group: GROUP,
    summary: "Delete one of your own products that has no site",
    success: { status: 204, description: "The product is deleted; its changes are kept" },
    errors: ["PRODUCT_BUILT_IN", "PRODUCT_FROM_FILE", "PRODUCT_IN_USE"],
    handle: (call, { products }) => products.remove(key(call), toAuthor(call)),
  }),
  route({
    id: "publishCatalogue",
    method: "PUT",
    path: "/products/{product}/catalogue",
    scope: "admin",
    group: GROUP,
    summary: "Publish the catalogue of a product at /catalogue/{product}, or end that",
    body: body({ public: boolean("True opens the catalogue, false closes it") }),
    example: { public: true },
    success: { status: 200, description: "The product without its document", schema: PRODUCT_SUMMARY },
    handle: async (call, { products }) =>
      toSummary(await products.setPublic(key(call), call.body.public, toAuthor(call))),
  }),
  route({
    id: "listProductChanges",
    method: "GET",
    path: "/products/{product}/changes",
    scope: "admin",
    group: GROUP,
    summary: "List the changes of one of your own products, newest first",
    query: pageParameters(NUMBER_CURSOR),
    success: { status: 200, description: "Changes, without documents", schema: REVISION_PAGE },
    handle: async (call, { products }) =>
      presentList(await products.listChanges(key(call), readPage(call.query)), toRevision),
  }),
  route({
    id: "showProductChange",
    method: "GET",
    path: "/products/{product}/changes/{version}",
    scope: "admin",
    group: GROUP,
    summary: "Show a change of one of your own products with the document after it",
    success: { status: 200, description: "The change", schema: REVISION },
    errors: ["PRODUCT_VERSION_NOT_FOUND"],
    handle: async (call, { products }) =>
      toRevisionDetail(await products.showChange(key(call), toVersion(call.params["version"]))),
  }),
];
