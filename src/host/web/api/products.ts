/** Products: the built-in ones, and own ones that are created and changed while the server runs. */
import { receiverFields } from "../../model/receiver.ts";
import type { DeprecatedUse } from "../../model/deprecation.ts";
import type { AffectedReceiver } from "../../model/product-impact.ts";
import type { ProductPlan, ProductSummary } from "../../products/products.ts";
import type { ProductRevision } from "../../store/tables/products.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { PRODUCT_BODY } from "../http/body.ts";
import { booleanOf, PAGE_PARAMETERS, pageOf } from "../http/query.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";

const GROUP = "Products";

const summaryOf = (product: ProductSummary) => ({
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

const affectedOf = ({ site, siteNo, receiver, name, events, scopes }: AffectedReceiver) => ({
  site,
  ...receiverFields(siteNo, receiver),
  name,
  events,
  scopes,
});

/** Receivers that are listed of one deprecated event type; more are counted. */
const MOST_USERS = 200;

const deprecatedOf = ({ event, replacedBy, subscriptions, users }: DeprecatedUse) => ({
  event,
  replacedBy: replacedBy ?? null,
  subscriptions,
  receivers: users.slice(0, MOST_USERS).map(({ site, siteNo, receiver, name, subscriptions: own }) => ({
    site,
    ...receiverFields(siteNo, receiver),
    name,
    subscriptions: own,
  })),
  moreReceivers: Math.max(0, users.length - MOST_USERS),
});

const planOf = ({ isNew, changes, affected }: ProductPlan) => ({
  created: isNew,
  changes,
  receivers: affected.map(affectedOf),
});

const revisionOf = ({ version, changes, isForced, createdAt, createdBy, document }: ProductRevision) => ({
  version,
  deleted: document === undefined,
  changes,
  forced: isForced,
  createdAt: isoTime(createdAt),
  createdBy,
  document: document === undefined ? null : (JSON.parse(document) as object),
});

const key = ({ params }: Pick<Call, "params">) => params["product"] ?? "";
const textOf = ({ body }: Call<object>): string => JSON.stringify(body);
const CHANGE_PARAMETERS = {
  force: {
    description: "true changes the product also where that breaks subscribers",
    schema: { type: "boolean", default: false },
  },
  dryRun: { description: "true only shows the changes", schema: { type: "boolean", default: false } },
} as const;
const optionsOf = (call: Call<unknown>) => ({
  by: toAuthor(call),
  isForced: booleanOf(call.query, "force") === true,
});
const ANY_OBJECT = { type: "object", description: "A product file as JSON; see docs/own-products.md" };

export const productRoutes = [
  route({
    method: "GET",
    path: "/products",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the products",
    success: { status: 200, description: "Products without their event types" },
    handle: async (_call, { products }) => ({ items: (await products.list()).map(summaryOf), next: null }),
  }),
  route({
    method: "GET",
    path: "/products/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "Show a product with its document",
    success: { status: 200, description: "The product" },
    handle: async (call, { products }) => {
      const product = await products.show(key(call));
      return { ...summaryOf(product), document: product.document };
    },
  }),
  route({
    method: "GET",
    path: "/products/{product}/deprecated",
    scope: "read",
    group: GROUP,
    summary: "List the deprecated event types, and who still subscribes to them",
    success: { status: 200, description: "Event types, each with its receivers, 200 at most" },
    handle: async (call, { products }) => ({
      items: (await products.listDeprecated(key(call))).map(deprecatedOf),
      next: null,
    }),
  }),
  route<object>({
    method: "PUT",
    path: "/products/{product}",
    scope: "admin",
    group: GROUP,
    summary: "Create an own product, or replace it as a whole",
    query: CHANGE_PARAMETERS,
    body: ANY_OBJECT,
    bodyLimits: PRODUCT_BODY,
    success: { status: 200, description: "The product and its changes; with dryRun, the changes alone" },
    handle: async (call, { products }) => {
      if (booleanOf(call.query, "dryRun") === true)
        return { ...planOf(await products.plan(key(call), textOf(call))), dryRun: true };
      const { product, ...plan } = await products.put(key(call), textOf(call), optionsOf(call));
      return { ...summaryOf(product), ...planOf(plan), dryRun: false };
    },
  }),
  route<object>({
    method: "PATCH",
    path: "/products/{product}/events/{event}",
    scope: "admin",
    group: GROUP,
    summary: "Merge a patch (RFC 7396) into an event type of an own product, or create the event type",
    query: { force: CHANGE_PARAMETERS.force },
    body: { type: "object", description: "Members of the event type in the product file; null removes one" },
    success: { status: 200, description: "The product and its changes" },
    handle: async (call, { products }) => {
      const event = call.params["event"] ?? "";
      const { product, ...plan } = await products.patchEvent(key(call), event, call.body, optionsOf(call));
      return { ...summaryOf(product), ...planOf(plan) };
    },
  }),
  route({
    method: "DELETE",
    path: "/products/{product}",
    scope: "admin",
    group: GROUP,
    summary: "Delete an own product that no site is of",
    success: { status: 204, description: "The product is deleted; its changes are kept" },
    handle: (call, { products }) => products.remove(key(call), toAuthor(call)),
  }),
  route<{ readonly public: boolean }>({
    method: "PUT",
    path: "/products/{product}/catalogue",
    scope: "admin",
    group: GROUP,
    summary: "Open the catalogue of a product to everyone at /catalogue/{product}, or close it",
    body: {
      type: "object",
      additionalProperties: false,
      required: ["public"],
      properties: { public: { type: "boolean" } },
    },
    success: { status: 200, description: "The product without its document" },
    handle: async (call, { products }) =>
      summaryOf(await products.setPublic(key(call), call.body.public, toAuthor(call))),
  }),
  route({
    method: "GET",
    path: "/products/{product}/changes",
    scope: "admin",
    group: GROUP,
    summary: "List the changes of an own product, newest first",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Changes, each with the document after it" },
    handle: async (call, { products }) =>
      presentList(await products.listRevisions(key(call), pageOf(call.query)), revisionOf),
  }),
];
