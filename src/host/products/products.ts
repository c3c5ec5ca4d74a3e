/** Own products: created, changed and deleted as documents while the server runs, every change kept. */
import type { LiveCatalogue, Product, ProductData } from "../../catalogue/index.ts";
import { compareProducts } from "../../catalogue/document/compare.ts";
import type { ProductChange } from "../../catalogue/document/compare.ts";
import type { ProductDocument } from "../../catalogue/document/parse.ts";
import { toProductDocument } from "../../catalogue/document/describe.ts";
import { CallboardError } from "../../errors.ts";
import { mergePatch } from "../../json/merge-patch.ts";
import type { HostContext } from "../context.ts";
import { readInThread } from "./check.ts";
import type { ProductFile } from "./files.ts";
import { pageFrom, requireNumberCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { listAffectedReceivers } from "../model/product-impact.ts";
import type { AffectedReceiver } from "../model/product-impact.ts";
import type { Queryable } from "../store/db/database.ts";
import { NO_SITE } from "../store/snapshot.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import {
  changeProduct,
  countSitesByProduct,
  findProduct,
  listProducts,
  listRevisions,
  lockProducts,
} from "../store/tables/products.ts";
import type { ProductRevision, StoredProduct } from "../store/tables/products.ts";

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
  /** Number of its event types. */
  readonly eventTypes: number;
  /** Number of its sites. */
  readonly sites: number;
}

export interface ProductDetail extends ProductSummary {
  /** In the shape of a product file. */
  readonly document: ProductData;
}

/** What a change to a product does, or would do. */
export interface ProductPlan {
  readonly isNew: boolean;
  readonly changes: readonly ProductChange[];
  /** Receivers that breaking changes concern. */
  readonly affected: readonly AffectedReceiver[];
}

export interface ProductPut extends ProductPlan {
  readonly product: ProductDetail;
}

export interface ChangeOptions {
  readonly by: Author;
  /** Also if it breaks subscribers. */
  readonly isForced: boolean;
}

/** Methods that take a product's key throw PRODUCT_UNKNOWN. */
export interface Products {
  /**
   * At the start: stores the products of the files where they differ from what is stored.
   * @throws {CallboardError} PRODUCT_BREAKING if that breaks subscribers, PRODUCT_BUILT_IN
   */
  readonly applyFiles: () => Promise<void>;
  /** "ok", or which products another process or a person changed since the files were applied. */
  readonly compareFiles: () => Promise<string>;
  /** Own products after the built-in ones, each by its key. */
  readonly list: () => Promise<readonly ProductSummary[]>;
  readonly show: (key: string) => Promise<ProductDetail>;
  /**
   * What `put` would do. `text` is that of a product file, in JSON or YAML.
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
  /** The changes of a product, newest first; also of one that was deleted. */
  readonly listRevisions: (
    key: string,
    page: PageRequest,
  ) => Promise<{ readonly items: readonly ProductRevision[]; readonly next: string | undefined }>;
}

export interface ProductsParts extends Pick<HostContext, "database" | "snapshots" | "now"> {
  readonly catalogue: LiveCatalogue;
  /** By the key of their product. */
  readonly files: ReadonlyMap<string, ProductFile>;
}

export function createProducts({ catalogue, database, snapshots, now, files }: ProductsParts): Products {
  const { read } = database;

  const summaryOf = (
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
    eventTypes: product.eventTypes.length,
    sites: sites.get(product.key) ?? 0,
  });

  async function show(key: string): Promise<ProductDetail> {
    await snapshots.refresh(read, NO_SITE);
    const product = catalogue.require(key);
    const stored = await findProduct(read, key);
    const summary = summaryOf(product, await countSitesByProduct(read), stored);
    const document =
      stored === undefined ? toProductDocument(product) : (JSON.parse(stored.document) as ProductData);
    return { ...summary, document };
  }

  function refuseBuiltIn(key: string): void {
    if (catalogue.isBuiltIn(key))
      throw new CallboardError("PRODUCT_BUILT_IN", `${key} is a built-in product and can't be changed`);
  }

  function refuseFromFile(key: string): void {
    const from = files.get(key);
    if (from === undefined) return;
    throw new CallboardError(
      "PRODUCT_FROM_FILE",
      `${key} comes from the file ${from.file} in CALLBOARD_PRODUCTS. Change the file and restart the server`,
    );
  }

  function readDocument(key: string, text: string): Promise<ProductDocument> {
    refuseBuiltIn(key);
    return readInThread(text, { key });
  }

  function planFrom(before: StoredProduct | undefined, after: ProductData): ProductPlan {
    const changes =
      before === undefined ? [] : compareProducts(JSON.parse(before.document) as ProductData, after);
    const affected = listAffectedReceivers(
      changes.filter((change) => change.breaking),
      snapshots.all().filter(({ site }) => site.product === after.product),
    );
    return { isNew: before === undefined, changes, affected };
  }

  async function write(document: ProductDocument, { by, isForced }: ChangeOptions): Promise<ProductPut> {
    const { data, text } = document;
    const key = data.product;
    const plan = await database.write(async (tx) => {
      const no = await lockProducts(tx);
      await snapshots.refresh(tx);
      const before = await findProduct(tx, key);
      if (before?.document === text) return UNCHANGED;
      const planned = planFrom(before, data);
      if (!isForced && files.get(key)?.text !== text) refuseFromFile(key);
      if (planned.affected.length > 0 && !isForced) throw refuseBreaking(key, planned);
      const version = await changeProduct(tx, {
        no,
        product: key,
        document: text,
        changes: planned.changes,
        isForced: planned.affected.length > 0,
        createdAt: now(),
        createdBy: by.actor,
      });
      await appendAudit(tx, {
        ...by,
        action: before === undefined ? "product.created" : "product.changed",
        object: key,
        detail: describeRevision(version, planned),
      });
      return planned;
    });
    await snapshots.refresh(read);
    return { ...plan, product: await show(key) };
  }

  const isStored = async (key: string, { text }: ProductDocument): Promise<boolean> =>
    (await findProduct(read, key))?.document === text;

  async function requireOwn(q: Queryable, key: string): Promise<StoredProduct> {
    refuseBuiltIn(key);
    const stored = await findProduct(q, key);
    if (stored === undefined)
      throw new CallboardError("PRODUCT_UNKNOWN", `There is no product ${JSON.stringify(key)}`);
    return stored;
  }

  return {
    applyFiles: async () => {
      for (const [key, { file, ...document }] of files) {
        refuseBuiltIn(key);
        if (await isStored(key, document)) continue;
        await write(document, { by: { actor: `file:${file}`, address: "" }, isForced: false }).catch(
          (error: unknown) => {
            throw error instanceof CallboardError ? toStartError(error, file) : error;
          },
        );
      }
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
      return catalogue.products.map((product) => summaryOf(product, sites, own.get(product.key)));
    },
    show,
    plan: async (key, text) => {
      const { data } = await readDocument(key, text);
      await snapshots.refresh(read);
      return planFrom(await findProduct(read, key), data);
    },
    create: async (text, by) => {
      const document = await readInThread(text);
      const { product: key } = document.data;
      if ((await findProduct(read, key)) !== undefined)
        throw new CallboardError("CONFLICT", `There is a product ${JSON.stringify(key)} already`);
      return write(document, { by, isForced: false });
    },
    put: async (key, text, options) => write(await readDocument(key, text), options),
    patchEvent: async (key, event, patch, options) => {
      const { document } = await requireOwn(read, key);
      const before = JSON.parse(document) as ProductData;
      const events = { ...before.events, [event]: mergePatch(before.events[event], patch) };
      return write(await readDocument(key, JSON.stringify({ ...before, events })), options);
    },
    remove: async (key, by) => {
      refuseFromFile(key);
      await database.write(async (tx) => {
        const no = await lockProducts(tx);
        await requireOwn(tx, key);
        const sites = (await countSitesByProduct(tx)).get(key) ?? 0;
        if (sites > 0) throw refuseInUse(key, sites);
        const version = await changeProduct(tx, {
          no,
          product: key,
          document: undefined,
          changes: [],
          isForced: false,
          createdAt: now(),
          createdBy: by.actor,
        });
        await appendAudit(tx, {
          ...by,
          action: "product.deleted",
          object: key,
          detail: `version ${version}`,
        });
      });
      await snapshots.refresh(read, NO_SITE);
    },
    listRevisions: async (key, { limit, cursor }) => {
      const before = cursor === undefined ? undefined : requireNumberCursor(cursor, 9);
      const found = await listRevisions(read, key, limit + 1, before);
      if (found.length === 0 && before === undefined) catalogue.require(key);
      return pageFrom(found, limit, ({ no }) => String(no));
    },
  };
}

const UNCHANGED: ProductPlan = { isNew: false, changes: [], affected: [] };

/** The way out of a start that fails: the stored product changes first, and the file then is the same. */
const toStartError = ({ code, message, errors }: CallboardError, file: string): CallboardError =>
  new CallboardError(
    code,
    [
      `${file} in CALLBOARD_PRODUCTS: ${message}`,
      ...errors.map(({ pointer, detail }) => `  ${pointer}  ${detail}`),
      ...(code === "PRODUCT_BREAKING"
        ? [
            `To make the change, start without CALLBOARD_PRODUCTS and run: callboard products apply ${file} --force`,
          ]
        : []),
    ].join("\n"),
    { errors },
  );

const MAX_DETAIL = 1_000;

function describeRevision(version: number, { changes, affected }: ProductPlan): string {
  const breaking = affected.length === 0 ? "" : `, forced over ${affected.length} receivers`;
  const listed = changes.map(({ text }) => text).join("; ");
  return `version ${version}${breaking}${listed === "" ? "" : `: ${listed}`}`.slice(0, MAX_DETAIL);
}

function refuseBreaking(key: string, { changes, affected }: ProductPlan): CallboardError {
  const breaking = changes.filter((change) => change.breaking);
  const names = affected.map(({ site, name }) => `${name} on ${site}`);
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  return new CallboardError(
    "PRODUCT_BREAKING",
    `The change of ${key} can break ${shown}. ${breaking[0]?.text ?? "Its events change."} Nothing was changed`,
    {
      errors: breaking.map(({ pointer, text }) => ({ pointer, detail: text })),
      extra: {
        receivers: affected.map(({ site, receiver, name, events, scopes, siteNo: _no }) => ({
          site,
          ...(receiver.kind === "addon"
            ? { addonKey: receiver.addonKey }
            : { webhookNo: receiver.webhookNo }),
          name,
          events,
          scopes,
        })),
      },
    },
  );
}

const refuseInUse = (key: string, sites: number) =>
  new CallboardError(
    "PRODUCT_IN_USE",
    `${sites === 1 ? "1 site is" : `${sites} sites are`} of the product ${key}. Delete ${sites === 1 ? "it" : "them"} first`,
  );
