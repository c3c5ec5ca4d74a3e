/** Changes own products: compares the new document with the stored one, and writes it with its revision and audit entry. */
import type { LiveCatalogue } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import { listAffectedReceivers } from "../model/product-impact.ts";
import type { ProductPlan } from "../model/product-impact.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { changeProduct, countSitesByProduct, findProduct, lockProducts } from "../store/tables/products.ts";
import { NO_SITE } from "../store/snapshot.ts";
import { readInThread } from "./check.ts";
import type { ReadDocument } from "./check.ts";
import type { ProductFile } from "./files.ts";
import { refuseBreaking, refuseInUse, refuseUnknown } from "./refusals.ts";

export interface ChangeOptions {
  readonly by: Author;
  /** Also if it breaks subscribers. */
  readonly isForced: boolean;
}

/** Makes the text of a document from the stored one; undefined if the product is new. */
export type TextAfter = (before: string | undefined) => string;

interface Change {
  /** Text of the document that is stored. */
  readonly before: string | undefined;
  readonly document: ReadDocument;
}

export interface ChangesParts extends Pick<HostContext, "database" | "snapshots" | "now"> {
  readonly catalogue: LiveCatalogue;
  /** By the key of their product. */
  readonly files: ReadonlyMap<string, ProductFile>;
}

export interface ProductChanges {
  /** @throws {CallboardError} PRODUCT_BUILT_IN */
  readonly refuseBuiltIn: (key: string) => void;
  readonly plan: (key: string, text: string) => Promise<ProductPlan>;
  /** The caller makes sure that this process changes one product at a time. */
  readonly write: (key: string, textAfter: TextAfter, options: ChangeOptions) => Promise<ProductPlan>;
  readonly remove: (key: string, by: Author) => Promise<void>;
}

/** Maximum number of comparisons of one change, if other processes change the product meanwhile. */
const WRITE_ATTEMPTS = 10;

const UNCHANGED: ProductPlan = { isNew: false, changes: [], affected: [] };

export function createProductChanges({
  catalogue,
  database,
  snapshots,
  now,
  files,
}: ChangesParts): ProductChanges {
  const { read } = database;

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

  const listSites = (key: string) => snapshots.heads().filter(({ site }) => site.product === key);

  /** What a change affects is known of loaded sites alone; those of a product's files are changed before a host is ready. */
  const loadSites = (key: string) => snapshots.load(listSites(key).map(({ site }) => site.no));

  function toPlan({ before, document: { data, changes } }: Change): ProductPlan {
    const affected = listAffectedReceivers(
      changes.filter((change) => change.breaking),
      listSites(data.product).flatMap(({ site }) => snapshots.get(site.no) ?? []),
    );
    return { isNew: before === undefined, changes, affected };
  }

  /** Comparing thousands of event types takes seconds. So it is done before the transaction, and repeated after a conflict. */
  async function write(key: string, textAfter: TextAfter, options: ChangeOptions): Promise<ProductPlan> {
    await loadSites(key);
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const plan = await writeChange(await readChange(key, textAfter), options);
      if (plan === "changed-meanwhile") continue;
      await snapshots.refresh(read);
      return plan;
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

  return {
    refuseBuiltIn,
    plan: async (key, text) => {
      const change = await readChange(key, () => text);
      await snapshots.refresh(read);
      await loadSites(key);
      return toPlan(change);
    },
    write,
    remove: async (key, by) => {
      refuseFromFile(key);
      await database.write(async (tx) => {
        const no = await lockProducts(tx);
        refuseBuiltIn(key);
        if ((await findProduct(tx, key)) === undefined) throw refuseUnknown(key);
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
  };
}

const MAX_DETAIL = 1_000;

function describeRevision(version: number, { changes, affected }: ProductPlan): string {
  const breaking = affected.length === 0 ? "" : `, forced over ${affected.length} receivers`;
  const listed = changes.map(({ text }) => text).join("; ");
  return `version ${version}${breaking}${listed === "" ? "" : `: ${listed}`}`.slice(0, MAX_DETAIL);
}
