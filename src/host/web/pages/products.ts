/** Products: the built-in ones to read, own ones to create, change and delete as documents. */
import { searchEventTypes } from "../../../catalogue/index.ts";
import type { SchemaPolicy } from "../../../catalogue/index.ts";
import type { CallboardError } from "../../../errors.ts";
import { EVENT_TYPES_PER_PAGE, pageEventTypes } from "../../model/event-type-page.ts";
import { hasText } from "../../model/has-text.ts";
import type { AffectedReceiver } from "../../model/product-impact.ts";
import type { RevisionSummary } from "../../store/tables/products.ts";
import { listScopes } from "../present/public-event-type.ts";
import { requireCallersMistake } from "../http/problems.ts";
import type { Rooms } from "../rooms.ts";
import { pageInMemory } from "./list.ts";
import { ofHost } from "./page.ts";
import type { Page, ViewAnswer } from "./page.ts";
import { receiverHref } from "./rows.ts";
import { listPaging, createPaging } from "./paging.ts";
import { PRODUCTS_PATH as PATH, settingsView } from "./settings-tabs.ts";

/** A form holds no more; larger documents come through the API or the command line. */
const MAX_EDITED_LENGTH = 500_000;
/** A longer document has a page of its own, so that the page of every product is about as large. */
const MAX_LENGTH_ON_PAGE = 20_000;
const CHANGES_SHOWN = 20;
/** Receivers of one deprecated event type; the API lists more. */
const USERS_SHOWN = 20;
const NEW_PRODUCT = `product: harbor
name: Harbor
description: Port operations
events:
  crane.stopped:
    name: Crane stopped
    description: A crane has stopped.
    group: Cranes
    schema:
      type: object
      required: [crane]
      properties:
        crane: { type: object, properties: { id: { type: integer } } }
        reason: { type: string }
    sample: { crane: { id: 4 }, reason: wind }
`;

const PARENTS = [{ text: "Products", path: PATH }];

const POLICY_TEXTS: Readonly<Record<SchemaPolicy, string>> = {
  note: "An event that doesn't match its schema is accepted, with a note.",
  refuse: "An event that doesn't match its schema, or has an unknown type, is refused.",
  off: "Events are not checked against their schemas.",
};

interface Entered {
  readonly text: string;
  readonly refusal?: CallboardError;
}

async function listView(query: URLSearchParams, { products }: Rooms): Promise<ViewAnswer> {
  const all = await products.list();
  const search = query.get("q")?.trim() ?? "";
  const found = all.filter(({ key, name }) => hasText([key, name], search));
  const { items, list } = pageInMemory(found, {
    path: PATH,
    query,
    noun: ["product", "products"],
    filters: [{ name: "q", label: "Search" }],
    toKey: ({ key }) => key,
  });
  return settingsView("settings-products", PATH, {
    products: items.map((product) => ({ ...product, href: toHref(product.key) })),
    ...list,
    search,
    path: PATH,
  });
}

const toHref = (key: string): string => `${PATH}/product/${key}`;

function newView({ text, refusal }: Entered): ViewAnswer {
  return {
    ...settingsView("settings-product-new", PATH, { text, path: PATH }, refusal),
    title: "New product",
    parents: PARENTS,
  };
}

interface Shown {
  readonly query?: URLSearchParams;
  readonly entered?: Entered;
}

async function productView(
  key: string,
  { products, catalogue, baseUrl }: Rooms,
  { query = new URLSearchParams(), entered }: Shown,
): Promise<ViewAnswer> {
  const isEditing = entered !== undefined || query.has("edit");
  const product = await products.showText(key, isEditing ? MAX_EDITED_LENGTH : MAX_LENGTH_ON_PAGE);
  const deprecated = await products.listDeprecated(key);
  const { items: changes } = await products.listChanges(key, { limit: CHANGES_SHOWN });
  const text = entered?.text ?? product.text;
  const refusal = entered?.refusal;
  const isOwn = product.origin === "own";
  const search = query.get("q")?.trim() ?? "";
  const paging = createPaging(toHref(key), query);
  const page = pageEventTypes(searchEventTypes(catalogue.require(key), search), {
    limit: EVENT_TYPES_PER_PAGE,
    cursor: paging.cursor,
  });
  const view = settingsView(
    "settings-product",
    PATH,
    {
      product,
      scopes: listScopes(catalogue.require(key)),
      policyText: POLICY_TEXTS[product.schemaPolicy],
      path: toHref(key),
      text,
      isOwn,
      isEditable: isOwn && text !== undefined && text.length <= MAX_EDITED_LENGTH,
      canBeEdited: isOwn && product.length <= MAX_EDITED_LENGTH,
      publicHref: `/catalogue/${key}`,
      publicUrl: `${baseUrl()}/catalogue/${key}`,
      search,
      eventTypes: page.items.map(({ event, name, group, status }) => ({
        event,
        name,
        group,
        status,
        href: `/admin/catalogue/${key}/${encodeURIComponent(event)}`,
      })),
      ...listPaging(paging, page),
      catalogueHref: `/admin/catalogue?product=${key}`,
      changes: changes.map((change) => ({
        version: change.version,
        at: change.createdAt,
        by: change.createdBy,
        isForced: change.isForced,
        sentences: describeChange(change),
      })),
      receivers: receiversIn(refusal),
      deprecated: deprecated.map(({ users, ...use }) => ({
        ...use,
        users: users.slice(0, USERS_SHOWN).map(({ site, receiver, name, subscriptions }) => ({
          site,
          name,
          subscriptions,
          href: receiverHref(site, receiver),
        })),
        moreUsers: Math.max(0, users.length - USERS_SHOWN),
      })),
    },
    refusal,
  );
  return { ...view, title: `Product ${product.name}`, parents: PARENTS };
}

function describeChange({ isDeletion, changes }: RevisionSummary): readonly string[] {
  if (isDeletion) return ["Product deleted"];
  return changes.length === 0 ? ["Product created"] : changes.map(({ text }) => text);
}

type ShownReceiver = Pick<AffectedReceiver, "site" | "name" | "events" | "scopes">;

/** The receivers that a refused change would break. */
function receiversIn(refusal: CallboardError | undefined): readonly ShownReceiver[] {
  const receivers = refusal?.code === "PRODUCT_BREAKING" ? refusal.extra["receivers"] : [];
  return receivers as readonly ShownReceiver[];
}

const pages: readonly Page[] = [
  { method: "get", path: PATH, scope: "admin", answer: ({ query }, rooms) => listView(query, rooms) },
  {
    method: "get",
    path: `${PATH}/new`,
    scope: "admin",
    answer: () => Promise.resolve(newView({ text: NEW_PRODUCT })),
  },
  {
    method: "post",
    path: `${PATH}/new`,
    scope: "admin",
    answer: async ({ form, author: by }, { products }) => {
      const text = form.get("document") ?? "";
      try {
        const { product } = await products.create(text, by);
        return { kind: "redirect", to: toHref(product.key), notice: "product-created" };
      } catch (error) {
        return newView({ text, refusal: requireCallersMistake(error) });
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/product/:product`,
    scope: "admin",
    answer: ({ params, query }, rooms) => productView(params["product"] ?? "", rooms, { query }),
  },
  {
    method: "get",
    path: `${PATH}/product/:product/file`,
    scope: "admin",
    answer: async ({ params }, { products }) => {
      const { key, document } = await products.show(params["product"] ?? "");
      return {
        kind: "file",
        name: `${key}.json`,
        contentType: "application/json; charset=utf-8",
        body: `${JSON.stringify(document, null, 2)}\n`,
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/product/:product/catalogue`,
    scope: "admin",
    answer: async ({ params, form, author }, { products }) => {
      const { key, isPublic } = await products.setPublic(
        params["product"] ?? "",
        form.get("public") === "yes",
        author,
      );
      const notice = isPublic ? ("catalogue-published" as const) : ("catalogue-unpublished" as const);
      return { kind: "redirect", to: toHref(key), notice };
    },
  },
  {
    method: "post",
    path: `${PATH}/product/:product`,
    scope: "admin",
    answer: async (visit, rooms) => {
      const key = visit.params["product"] ?? "";
      const text = visit.form.get("document") ?? "";
      try {
        rooms.catalogue.require(key);
        const isForced = visit.form.get("force") !== null;
        await rooms.products.put(key, text, { by: visit.author, isForced });
        return { kind: "redirect", to: toHref(key), notice: "product-saved" };
      } catch (error) {
        return productView(key, rooms, { entered: { text, refusal: requireCallersMistake(error) } });
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/product/:product/delete`,
    scope: "admin",
    answer: async ({ params }, { products }) => {
      const { key, name, origin, sites } = await products.show(params["product"] ?? "");
      return {
        kind: "view",
        view: "confirm",
        title: `Delete product “${name}”?`,
        section: "settings",
        parents: [...PARENTS, { text: name, path: toHref(key) }],
        data: {
          sentences:
            origin === "own" && sites === 0
              ? ["Its event types leave the catalogue. Its changes are kept, and it can be created again."]
              : ["The product can't be deleted: it is built in, or a site is of it."],
          action: `${toHref(key)}/delete`,
          back: toHref(key),
          button: "Delete product",
        },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/product/:product/delete`,
    scope: "admin",
    answer: async ({ params, author }, { products }) => {
      await products.remove(params["product"] ?? "", author);
      return { kind: "redirect", to: PATH, notice: "product-deleted" };
    },
  },
];

export const productPages = pages.map(ofHost);
