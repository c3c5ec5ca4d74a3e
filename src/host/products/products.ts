/** Own products: created, changed and deleted as documents while the server runs, every change kept. */
import type { LiveCatalogue, Product, ProductData, SchemaPolicy } from "../../catalogue/index.ts";
import type { ProductChange } from "../../catalogue/document/compare.ts";
import { toProductDocument } from "../../catalogue/document/describe.ts";
import { CallboardError } from "../../errors.ts";
import { createKeyedMutex } from "../../keyed-mutex.ts";
import { mergePatch } from "../../json/merge-patch.ts";
import type { HostContext } from "../context.ts";
import { readInThread } from "./check.ts";
import type { ReadDocument } from "./check.ts";
import type { ProductFile } from "./files.ts";
import { pageFrom, requireNumberCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { listDeprecatedUses } from "../model/deprecation.ts";
import type { DeprecatedUse } from "../model/deprecation.ts";
import { listAffectedReceivers } from "../model/product-impact.ts";
import type { AffectedReceiver } from "../model/product-impact.ts";
import { receiverFields } from "../model/receiver.ts";
import type { Queryable } from "../store/db/database.ts";
import type { PublicProduct } from "../store/own-products.ts";
import { NO_SITE } from "../store/snapshot.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import {
  changeProduct,
  countSitesByProduct,
  findProduct,
  listProducts,
  listRevisions,
  listRevisionSummaries,
  lockProducts,
  setPublication,
} from "../store/tables/products.ts";
import type { ProductRevision, RevisionSummary, StoredProduct } from "../store/tables/products.ts";

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

/** The catalogue of a product that everyone may read. */
export interface PublicCatalogue extends PublicProduct {
  readonly product: Product;
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

/** A product that was created from a file. */
export interface NewProduct {
  readonly key: string;
  readonly name: string;
  /** The file, as the audit names it. */
  readonly by: Author;
}

export interface ChangeOptions {
  readonly by: Author;
  /** Also if it breaks subscribers. */
  readonly isForced: boolean;
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
  /** The deprecated event types of a product, with the receivers whose subscriptions still name them. */
  readonly listDeprecated: (key: string) => Promise<readonly DeprecatedUse[]>;
  /** Opens the catalogue of a product to everyone, or closes it. */
  readonly setPublic: (key: string, isPublic: boolean, by: Author) => Promise<ProductSummary>;
  /** Undefined for a product that does not exist, or whose catalogue is not public. */
  readonly findPublic: (key: string) => PublicCatalogue | undefined;
  /** The newest changes of a product, without the documents after them. */
  readonly listChanges: (key: string, limit: number) => Promise<readonly RevisionSummary[]>;
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
  const inTurn = createKeyedMutex();

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

  /** The document that the text for a product is, as compared with what is stored. */
  async function readChange(key: string, textAfter: TextAfter): Promise<Change> {
    refuseBuiltIn(key);
    const before = (await findProduct(read, key))?.document;
    return { before, document: await readInThread(textAfter(before), { key, before }) };
  }

  function toPlan({ before, document: { data, changes } }: Change): ProductPlan {
    const affected = listAffectedReceivers(
      changes.filter((change) => change.breaking),
      snapshots.all().filter(({ site }) => site.product === data.product),
    );
    return { isNew: before === undefined, changes, affected };
  }

  const write = (key: string, textAfter: TextAfter, options: ChangeOptions): Promise<ProductPut> =>
    inTurn(key, () => writeInTurn(key, textAfter, options));

  /** Comparing thousands of event types takes seconds: it is done before the transaction, and again if another process was first. */
  async function writeInTurn(key: string, textAfter: TextAfter, options: ChangeOptions): Promise<ProductPut> {
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const plan = await writeChange(await readChange(key, textAfter), options);
      if (plan === "changed-meanwhile") continue;
      await snapshots.refresh(read);
      return { ...plan, product: await show(key) };
    }
    throw new CallboardError("CONFLICT", `${key} is being changed by another process. Try again`);
  }

  function writeChange(
    change: Change,
    { by, isForced }: ChangeOptions,
  ): Promise<ProductPlan | "changed-meanwhile"> {
    const { text, data } = change.document;
    const key = data.product;
    return database.write(async (tx) => {
      const no = await lockProducts(tx);
      await snapshots.refresh(tx);
      const stored = (await findProduct(tx, key))?.document;
      if (stored === text) return UNCHANGED;
      if (stored !== change.before) return "changed-meanwhile";
      const planned = toPlan(change);
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
        action: stored === undefined ? "product.created" : "product.changed",
        object: key,
        detail: describeRevision(version, planned),
      });
      return planned;
    });
  }

  const isStored = async (key: string, { text }: ProductFile): Promise<boolean> =>
    (await findProduct(read, key))?.document === text;

  async function requireOwn(q: Queryable, key: string): Promise<StoredProduct> {
    refuseBuiltIn(key);
    const stored = await findProduct(q, key);
    if (stored === undefined) throw refuseUnknown(key);
    return stored;
  }

  return {
    applyFiles: async () => {
      const created: NewProduct[] = [];
      for (const [key, found] of files) {
        const { file, text, data } = found;
        refuseBuiltIn(key);
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
    plan: async (key, text) => {
      const change = await readChange(key, () => text);
      await snapshots.refresh(read);
      return toPlan(change);
    },
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
    listDeprecated: async (key) => {
      await snapshots.refresh(read);
      return listDeprecatedUses(
        catalogue.require(key),
        snapshots.all().filter(({ site }) => site.product === key),
      );
    },
    setPublic: async (key, isPublic, by) => {
      await database.write(async (tx) => {
        const no = await lockProducts(tx);
        await snapshots.refresh(tx, NO_SITE);
        catalogue.require(key);
        if ((snapshots.findPublicProduct(key) !== undefined) === isPublic) return;
        await setPublication(tx, { product: key, no, isPublic });
        await appendAudit(tx, {
          ...by,
          action: isPublic ? "product.published" : "product.unpublished",
          object: key,
          detail: `/catalogue/${key}`,
        });
      });
      await snapshots.refresh(read, NO_SITE);
      const product = catalogue.require(key);
      return toSummary(product, await countSitesByProduct(read), await findProduct(read, key));
    },
    findPublic: (key) => {
      const found = snapshots.findPublicProduct(key);
      const product = catalogue.find(key);
      return found === undefined || product === undefined ? undefined : { ...found, product };
    },
    listChanges: (key, limit) => listRevisionSummaries(read, key, limit),
    listRevisions: async (key, { limit, cursor }) => {
      const before = cursor === undefined ? undefined : requireNumberCursor(cursor, 9);
      const found = await listRevisions(read, key, limit + 1, before);
      if (found.length === 0 && before === undefined) catalogue.require(key);
      return pageFrom(found, limit, ({ no }) => String(no));
    },
  };
}

/** How often a change is compared, if other processes change the product meanwhile. */
const WRITE_ATTEMPTS = 10;

/** Makes the text of a document from the one that is stored. */
type TextAfter = (before: string | undefined) => string;

interface Change {
  /** Text of the document that is stored. */
  readonly before: string | undefined;
  readonly document: ReadDocument;
}

const refuseUnknown = (key: string) =>
  new CallboardError("PRODUCT_UNKNOWN", `There is no product ${JSON.stringify(key)}`);

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
        receivers: affected.map(({ site, siteNo, receiver, name, events, scopes }) => ({
          site,
          ...receiverFields(siteNo, receiver),
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
