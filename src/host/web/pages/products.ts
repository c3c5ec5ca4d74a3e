/** Products: the built-in ones to read, own ones to create, change and delete as documents. */
import type { CallboardError } from "../../../errors.ts";
import type { AffectedReceiver } from "../../model/product-impact.ts";
import { requireCallersMistake } from "../http/problems.ts";
import type { Rooms } from "../rooms.ts";
import { ofHost } from "./page.ts";
import type { Page, ViewAnswer } from "./page.ts";
import { PRODUCTS_PATH as PATH, settingsView } from "./settings-tabs.ts";

/** A form holds no more; larger documents come through the API or the command line. */
const MAX_EDITED_LENGTH = 500_000;
const CHANGES_SHOWN = 20;
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

interface Entered {
  readonly text: string;
  readonly refusal?: CallboardError;
}

async function listView({ products }: Rooms): Promise<ViewAnswer> {
  const all = await products.list();
  return settingsView("settings-products", PATH, {
    products: all.map((product) => ({ ...product, href: hrefOf(product.key) })),
    path: PATH,
  });
}

const hrefOf = (key: string): string => `${PATH}/product/${key}`;

function newView({ text, refusal }: Entered): ViewAnswer {
  return settingsView("settings-product-new", PATH, { text, path: PATH }, refusal);
}

async function productView(key: string, { products }: Rooms, entered?: Entered): Promise<ViewAnswer> {
  const product = await products.show(key);
  const { items } = await products.listRevisions(key, { limit: CHANGES_SHOWN });
  const text = entered?.text ?? JSON.stringify(product.document, null, 2);
  const refusal = entered?.refusal;
  return settingsView(
    "settings-product",
    PATH,
    {
      product,
      path: hrefOf(key),
      text,
      isOwn: product.origin === "own",
      isEditable: product.origin === "own" && text.length <= MAX_EDITED_LENGTH,
      catalogueHref: `/admin/catalogue?product=${key}`,
      changes: items.map(({ version, changes, document, isForced, createdAt, createdBy }) => ({
        version,
        at: createdAt,
        by: createdBy,
        isForced,
        sentences: describeChange(
          document,
          changes.map(({ text: sentence }) => sentence),
        ),
      })),
      receivers: receiversIn(refusal),
    },
    refusal,
  );
}

function describeChange(document: string | undefined, sentences: readonly string[]): readonly string[] {
  if (document === undefined) return ["Product deleted"];
  return sentences.length === 0 ? ["Product created"] : sentences;
}

type ShownReceiver = Pick<AffectedReceiver, "site" | "name" | "events" | "scopes">;

/** The receivers that a refused change would break. */
function receiversIn(refusal: CallboardError | undefined): readonly ShownReceiver[] {
  const receivers = refusal?.code === "PRODUCT_BREAKING" ? refusal.extra["receivers"] : [];
  return receivers as readonly ShownReceiver[];
}

const pages: readonly Page[] = [
  { method: "get", path: PATH, scope: "admin", answer: (_visit, rooms) => listView(rooms) },
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
        return { kind: "redirect", to: hrefOf(product.key), notice: "product-created" };
      } catch (error) {
        return newView({ text, refusal: requireCallersMistake(error) });
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/product/:product`,
    scope: "admin",
    answer: ({ params }, rooms) => productView(params["product"] ?? "", rooms),
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
        return { kind: "redirect", to: hrefOf(key), notice: "product-saved" };
      } catch (error) {
        return productView(key, rooms, { text, refusal: requireCallersMistake(error) });
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
        data: {
          sentences:
            origin === "own" && sites === 0
              ? ["Its event types leave the catalogue. Its changes are kept, and it can be created again."]
              : ["The product can't be deleted: it is built in, or a site is of it."],
          action: `${hrefOf(key)}/delete`,
          back: hrefOf(key),
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
