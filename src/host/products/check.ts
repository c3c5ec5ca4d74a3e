/** Reads product documents on another thread, because their schemas can compile slowly and their patterns can backtrack. */
import type { ProductChange } from "../../catalogue/document/compare.ts";
import type { ProductDocument } from "../../catalogue/document/parse.ts";
import type { ProductData } from "../../catalogue/product.ts";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { CAN_START_THREADS } from "../../own-thread.ts";
import { takeTurn } from "../../turn.ts";
import type { ProductResult, ProductTask } from "./task.ts";
import { createProductThread } from "./thread.ts";
import type { Stopped } from "./thread.ts";

/** The time that one schema has to compile and to check its sample. */
const DEADLINE_MS = 1_000;

export interface ReadDocument extends ProductDocument {
  /** How it differs from the document before. */
  readonly changes: readonly ProductChange[];
}

/**
 * Reads a product document from JSON or YAML text: members, references, schemas and samples.
 * @param options.key the document is that of this product, and can leave out its own key
 * @param options.before canonical text of the document that it is compared with
 * @throws {CallboardError} PRODUCT_INVALID (422) with every problem and its pointer, also for a schema that takes longer than
 * its time; PRODUCT_TOO_LARGE (413) over 10 MiB
 */
export async function readInThread(
  text: string,
  options: { readonly key?: string; readonly before?: string | undefined } = {},
): Promise<ReadDocument> {
  const { key, before } = options;
  const result = await run({
    text,
    ...(key === undefined ? {} : { key }),
    ...(before === undefined ? {} : { before }),
  });
  if (result.kind === "document") {
    return {
      data: JSON.parse(result.text) as ProductData,
      text: result.text,
      changes: result.changes,
    };
  }
  if (result.kind === "refused") {
    throw new CallboardError(result.code, result.message, { errors: result.errors });
  }
  const problem = describeStop(result);
  throw new CallboardError("PRODUCT_INVALID", problem.detail, { errors: [problem] });
}

const thread = createProductThread();

/** Without a thread nothing is read here instead: a hostile schema would stop the host. */
async function run(task: ProductTask): Promise<ProductResult | Stopped> {
  if (CAN_START_THREADS) return thread.run(task, DEADLINE_MS);
  await takeTurn();
  // Loaded here, because the reader of YAML takes long to load.
  const { runTask } = await import("./task.ts");
  return runTask(task, () => undefined);
}

function describeStop({ reason, pointer }: Stopped): Problem {
  switch (reason) {
    case "schema-late":
      return {
        pointer,
        detail: `The schemas do not compile within ${DEADLINE_MS / 1_000} s. Look for a pattern with nested repetition, such as ^(a+)+$.`,
      };
    case "document-late":
      return {
        pointer,
        detail: "The document takes too long to read. Split the product, or simplify its schemas.",
      };
    case "memory":
      return { pointer, detail: "The schemas need too much memory. Simplify them." };
  }
}
