/** Own products: created, changed and deleted as documents while the server runs, every change kept. */
import type { Product, ProductData, SchemaPolicy } from "../../catalogue/index.ts";
import { toProductDocument } from "../../catalogue/document/describe.ts";
import { CallboardError } from "../../errors.ts";
import { mergePatch } from "../../json/merge-patch.ts";
import { createKeyedMutex } from "../../keyed-mutex.ts";
import { pageFrom, requireNumberCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { listDeprecatedUses } from "../model/deprecation.ts";
import type { DeprecatedUse } from "../model/deprecation.ts";
import type { ProductPlan } from "../model/product-impact.ts";
import { NO_SITE } from "../store/snapshot.ts";
import type { Author } from "../store/tables/audit.ts";
import {
  countSitesByProduct,
  findProduct,
  findRevision,
  listProducts,
  listRevisions,
} from "../store/tables/products.ts";
import type { ProductRevision, RevisionSummary, StoredProduct } from "../store/tables/products.ts";
import { createProductChanges } from "./changes.ts";
import type { ChangeOptions, ChangesParts, TextAfter } from "./changes.ts";
import { readInThread } from "./check.ts";
import type { ProductFile } from "./files.ts";
import { createPublication } from "./publication.ts";
import type { PublicCatalogue } from "./publication.ts";
import { refuseUnknown, toStartError } from "./refusals.ts";

/** Built-in products are part of the server; own ones are data, from the API or from a file. */
export type ProductOrigin = "built-in" | "own" | "file";

export interface ProductSummary {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly origin: ProductOrigin;
  /** Undefined for a built-in product. */
  readonly version: number | undefined;
  /** Epoch ms; undefined for a built-in product. */
  readonly updatedAt: number | undefined;
  readonly schemaPolicy: SchemaPolicy;
  /** Number of its event types. */
  readonly eventTypes: number;
  /** Number of its sites. */
  readonly sites: number;
  /** Everyone may read its catalogue. */
  readonly isPublic: boolean;
}

export interface ProductDetail extends ProductSummary {
  /** In the shape of a product file. */
  readonly document: ProductData;
}

export interface ProductText extends ProductSummary {
  /** The document as indented JSON; undefined where the text that is stored is longer than was asked for. */
  readonly text: string | undefined;
  /** Characters of the document as it is stored, without indentation. */
  readonly length: number;
}

export interface ProductPut extends ProductPlan {
  readonly product: ProductDetail;
}

/** A product that was created from a file. */
export interface NewProduct {
  readonly key: string;
  readonly name: string;
  /** The file, as the audit names it. */
  readonly by: Author;
}

/** Methods that take a product's key throw PRODUCT_UNKNOWN. */
export interface Products {
  /**
   * At the start: stores the products of the files where they differ from what is stored. Resolves to those that are new.
   * @throws {CallboardError} PRODUCT_BREAKING if that breaks subscribers, PRODUCT_BUILT_IN
   */
  readonly applyFiles: () => Promise<readonly NewProduct[]>;
  /** "ok", or which products another process or a person changed since the files were applied. */
  readonly compareFiles: () => Promise<string>;
  /** Own products after the built-in ones, each by its key. */
  readonly list: () => Promise<readonly ProductSummary[]>;
  readonly show: (key: string) => Promise<ProductDetail>;
  /** Does the same without reading a document that is longer, in characters. */
  readonly showText: (key: string, maxLength: number) => Promise<ProductText>;
  /**
   * Returns the effects of `put` without making the change. `text` is a product file in JSON or YAML.
   * @throws {CallboardError} PRODUCT_INVALID, PRODUCT_TOO_LARGE, PRODUCT_BUILT_IN
   */
  readonly plan: (key: string, text: string) => Promise<ProductPlan>;
  /**
   * Creates the product, or replaces it as a whole. The same document again changes nothing.
   * @throws {CallboardError} PRODUCT_INVALID, PRODUCT_TOO_LARGE, PRODUCT_BUILT_IN; PRODUCT_BREAKING with the changes and the
   * receivers, and PRODUCT_FROM_FILE, unless it is forced
   */
  readonly put: (key: string, text: string, options: ChangeOptions) => Promise<ProductPut>;
  /**
   * Creates the product that the text of a product file names.
   * @throws {CallboardError} PRODUCT_INVALID, PRODUCT_TOO_LARGE; CONFLICT if there is one with this key
   */
  readonly create: (text: string, by: Author) => Promise<ProductPut>;
  /**
   * Merges the patch (RFC 7396) into an event type, or creates it.
   * @throws {CallboardError} what `put` throws
   */
  readonly patchEvent: (
    key: string,
    event: string,
    patch: unknown,
    options: ChangeOptions,
  ) => Promise<ProductPut>;
  /** @throws {CallboardError} PRODUCT_BUILT_IN, PRODUCT_FROM_FILE; PRODUCT_IN_USE while a site is of it */
  readonly remove: (key: string, by: Author) => Promise<void>;
  /** The deprecated event types of a product, with the receivers whose subscriptions still name them. */
  readonly listDeprecated: (key: string) => Promise<readonly DeprecatedUse[]>;
  /** Opens the catalogue of a product to everyone, or closes it. */
  readonly setPublic: (key: string, isPublic: boolean, by: Author) => Promise<ProductSummary>;
  /** Undefined for a product that does not exist, or whose catalogue is not public. */
  readonly findPublic: (key: string) => PublicCatalogue | undefined;
  /** The changes of a product, newest first; also of one that was deleted. */
  readonly listChanges: (
    key: string,
    page: PageRequest,
  ) => Promise<{ readonly items: readonly RevisionSummary[]; readonly next: string | undefined }>;
  /**
   * One change, with the document after it; also of a product that was deleted.
   * @throws {CallboardError} PRODUCT_VERSION_NOT_FOUND
   */
  readonly showChange: (key: string, version: number) => Promise<ProductRevision>;
}

export function createProducts(parts: ChangesParts): Products {
  const { catalogue, database, snapshots, files } = parts;
  const { read } = database;
  const changes = createProductChanges(parts);
  const withLock = createKeyedMutex();
  const { setPublic, findPublic } = createPublication(parts);

  const toSummary = (
    product: Product,
    sites: ReadonlyMap<string, number>,
    stored: StoredProduct | undefined,
  ): ProductSummary => ({
    key: product.key,
    name: product.name,
    description: product.description,
    origin: stored === undefined ? "built-in" : files.has(product.key) ? "file" : "own",
    version: stored?.version,
    updatedAt: stored?.updatedAt,
    schemaPolicy: product.schemaPolicy,
    eventTypes: product.eventTypes.length,
    sites: sites.get(product.key) ?? 0,
    isPublic: snapshots.findPublicProduct(product.key) !== undefined,
  });

  async function find(key: string) {
    await snapshots.refresh(read, NO_SITE);
    const product = catalogue.require(key);
    const stored = await findProduct(read, key);
    const summary = toSummary(product, await countSitesByProduct(read), stored);
    return { product, stored, summary };
  }

  async function show(key: string): Promise<ProductDetail> {
    const { product, stored, summary } = await find(key);
    const document =
      stored === undefined ? toProductDocument(product) : (JSON.parse(stored.document) as ProductData);
    return { ...summary, document };
  }

  async function showText(key: string, maxLength: number): Promise<ProductText> {
    const { product, stored, summary } = await find(key);
    const text = stored?.document ?? JSON.stringify(toProductDocument(product));
    const isShort = text.length <= maxLength;
    return {
      ...summary,
      length: text.length,
      text: isShort ? JSON.stringify(JSON.parse(text), null, 2) : undefined,
    };
  }

  const write = (key: string, textAfter: TextAfter, options: ChangeOptions): Promise<ProductPut> =>
    withLock(key, async () => ({
      ...(await changes.write(key, textAfter, options)),
      product: await show(key),
    }));

  const isStored = async (key: string, { text }: ProductFile): Promise<boolean> =>
    (await findProduct(read, key))?.document === text;

  return {
    applyFiles: async () => {
      const created: NewProduct[] = [];
      for (const [key, found] of files) {
        const { file, text, data } = found;
        changes.refuseBuiltIn(key);
        if (await isStored(key, found)) continue;
        const by = { actor: `file:${file}`, address: "" };
        const { isNew } = await write(key, () => text, { by, isForced: false }).catch((error: unknown) => {
          throw error instanceof CallboardError ? toStartError(error, file) : error;
        });
        if (isNew) created.push({ key, name: data.name, by });
      }
      return created;
    },
    compareFiles: async () => {
      const differing: string[] = [];
      for (const [key, found] of files) {
        if (!(await isStored(key, found))) differing.push(`${key} (${found.file})`);
      }
      return differing.length === 0 ? "ok" : `stored products differ from the files: ${differing.join(", ")}`;
    },
    list: async () => {
      await snapshots.refresh(read, NO_SITE);
      const own = new Map((await listProducts(read)).map((stored) => [stored.key, stored]));
      const sites = await countSitesByProduct(read);
      return catalogue.products.map((product) => toSummary(product, sites, own.get(product.key)));
    },
    show,
    showText,
    create: async (text, by) => {
      const { product: key } = (await readInThread(text)).data;
      return write(
        key,
        (before) => {
          if (before === undefined) return text;
          throw new CallboardError("CONFLICT", `There is a product ${JSON.stringify(key)} already`);
        },
        { by, isForced: false },
      );
    },
    put: (key, text, options) => write(key, () => text, options),
    patchEvent: (key, event, patch, options) =>
      write(
        key,
        (document) => {
          if (document === undefined) throw refuseUnknown(key);
          const before = JSON.parse(document) as ProductData;
          const events = { ...before.events, [event]: mergePatch(before.events[event], patch) };
          return JSON.stringify({ ...before, events });
        },
        options,
      ),
    plan: changes.plan,
    remove: changes.remove,
    listDeprecated: async (key) => {
      await snapshots.refresh(read);
      return listDeprecatedUses(
        catalogue.require(key),
        snapshots.whole().filter(({ site }) => site.product === key),
      );
    },
    setPublic: async (key, isPublic, by) => {
      await setPublic(key, isPublic, by);
      const product = catalogue.require(key);
      return toSummary(product, await countSitesByProduct(read), await findProduct(read, key));
    },
    findPublic,
    showChange: async (key, version) => {
      const found = await findRevision(read, key, version);
      if (found !== undefined) return found;
      const isKnown = (await listRevisions(read, key, 1)).length > 0;
      if (!isKnown) catalogue.require(key);
      throw new CallboardError("PRODUCT_VERSION_NOT_FOUND", `${key} has no version ${version}`);
    },
    listChanges: async (key, { limit, cursor }) => {
      const before = cursor === undefined ? undefined : requireNumberCursor(cursor, 9);
      const found = await listRevisions(read, key, limit + 1, before);
      if (found.length === 0 && before === undefined) catalogue.require(key);
      return pageFrom(found, limit, ({ no }) => String(no));
    },
  };
}
