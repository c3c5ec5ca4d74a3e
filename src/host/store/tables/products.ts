/**
 * Own products as data, and every change that was made to them. A change without a document deleted its product. Beside them, which
 * products have a public catalogue.
 */
import type { ProductChange } from "../../../catalogue/document/compare.ts";
import { takeNumbers } from "../db/counter.ts";
import { big, flag, int, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { notify } from "../db/notify.ts";
import { defineTable } from "../db/table.ts";

/** The document as its validated JSON text. */
export interface StoredProduct {
  readonly key: string;
  /** Counts the changes of this product, from 1, also over deletions. */
  readonly version: number;
  readonly document: string;
  /** Epoch ms. */
  readonly updatedAt: number;
}

export interface ProductRevision {
  /** Counts the changes of all products: a later change has a higher number. */
  readonly no: number;
  readonly product: string;
  readonly version: number;
  /** Undefined if the product was deleted. */
  readonly document: string | undefined;
  readonly changes: readonly ProductChange[];
  /** True for a forced change that breaks subscribers. */
  readonly isForced: boolean;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly createdBy: string;
}

const products = defineTable<StoredProduct>({
  name: "product",
  key: ["key"],
  columns: { key: text(), version: int(), document: text(), updatedAt: big() },
});

const revisions = defineTable<ProductRevision>({
  name: "product_change",
  key: ["no"],
  columns: {
    no: int(),
    product: text(),
    version: int(),
    document: optional(text()),
    changes: json(),
    isForced: flag(),
    createdAt: big(),
    createdBy: text(),
  },
});

interface Publication {
  /** The key of the product, built-in or own. */
  readonly product: string;
  /** From the same counter as the changes of products. */
  readonly no: number;
  readonly isPublic: boolean;
}

const publications = defineTable<Publication>({
  name: "public_catalogue",
  key: ["product"],
  columns: { product: text(), no: int(), isPublic: flag() },
});

export const listProducts = (q: Queryable): Promise<readonly StoredProduct[]> =>
  products.list(q, {}, { order: "key" });

export const findProduct = (q: Queryable, key: string): Promise<StoredProduct | undefined> =>
  products.find(q, { key });

/** Returns the number of the last change of any product or of its publication; 0 before the first. */
export async function readNewestChange(q: Queryable): Promise<number> {
  const [row] = await q.query<{ newest: number }>(
    `SELECT COALESCE(MAX(no), 0) AS newest
     FROM (SELECT MAX(no) AS no FROM callboard_product_change UNION ALL SELECT MAX(no) FROM callboard_public_catalogue) changed`,
  );
  return row?.newest ?? 0;
}

/** Returns the keys of the products whose catalogue is public. */
export async function listPublicProducts(q: Queryable): Promise<ReadonlySet<string>> {
  const found = await publications.list(q, { isPublic: true });
  return new Set(found.map(({ product }) => product));
}

/** Writes whether the catalogue of a product is public, with the number that `lockProducts` resolved to. */
export async function setPublication(tx: Queryable, publication: Publication): Promise<void> {
  await publications.save(tx, publication);
  await notifyOfProducts(tx);
}

/** Products belong to no site. */
const notifyOfProducts = (tx: Queryable): Promise<void> => notify(tx, "callboard_registry", "0");

/** Keeps other changes of products out until the end of the transaction, which then sees all that came before. */
export async function lockProducts(tx: Queryable): Promise<number> {
  return takeNumbers(tx, "product");
}

export type NewRevision = Omit<ProductRevision, "version">;

/**
 * Writes the change with the number that `lockProducts` resolved to, and raises the version of every site of the product, whose
 * registry then is loaded anew. Resolves to the version of the product.
 */
export async function changeProduct(tx: Queryable, revision: NewRevision): Promise<number> {
  const { product: key, document, createdAt } = revision;
  const [last] = await revisions.list(tx, { product: key }, { order: "no DESC", limit: 1 });
  const version = (last?.version ?? 0) + 1;
  await revisions.insert(tx, { ...revision, version });
  if (document === undefined) {
    await products.delete(tx, { key });
    // Another product with this key begins without a public catalogue.
    await publications.delete(tx, { product: key });
  } else await products.save(tx, { key, version, document, updatedAt: createdAt });
  // Not counted as a marked version: nothing but the product changed, and everything depends on it.
  const sites = await tx.query<{ no: number }>(
    "UPDATE callboard_site SET version = version + 1 WHERE product = $1 RETURNING no",
    [key],
  );
  for (const { no } of sites) await notify(tx, "callboard_registry", String(no));
  await notifyOfProducts(tx);
  return version;
}

export interface RevisionSummary extends Omit<ProductRevision, "document" | "product"> {
  /** The product was deleted. */
  readonly isDeletion: boolean;
}

/** Above every number of a change. */
const END = 2 ** 31 - 1;

interface SummaryRow {
  readonly no: number;
  readonly version: number;
  readonly changes: string;
  readonly is_forced: number;
  readonly created_at: number;
  readonly created_by: string;
  readonly is_deletion: number;
}

/** Newest first, those before the number `before`. The documents, which can be 10 MB each, are not read. */
export async function listRevisions(
  q: Queryable,
  product: string,
  limit: number,
  before = END,
): Promise<readonly RevisionSummary[]> {
  const rows = await q.query<SummaryRow>(
    `SELECT no, version, changes, is_forced, created_at, created_by,
       CASE WHEN document IS NULL THEN 1 ELSE 0 END AS is_deletion
     FROM callboard_product_change WHERE product = $1 AND no < $3 ORDER BY no DESC LIMIT $2`,
    [product, limit, before],
  );
  return rows.map((row) => ({
    no: row.no,
    version: row.version,
    changes: JSON.parse(row.changes) as readonly ProductChange[],
    isForced: row.is_forced === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    isDeletion: row.is_deletion === 1,
  }));
}

export const findRevision = (
  q: Queryable,
  product: string,
  version: number,
): Promise<ProductRevision | undefined> => revisions.find(q, { product, version });

/** Returns how many sites each product has, by its key. */
export async function countSitesByProduct(q: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await q.query<{ product: string; sites: number }>(
    "SELECT product, COUNT(*) AS sites FROM callboard_site GROUP BY product",
  );
  return new Map(rows.map(({ product, sites }) => [product, sites]));
}
