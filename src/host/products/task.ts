/** Messages to and from the thread for product documents. */
import { compareProducts } from "../../catalogue/document/compare.ts";
import type { ProductChange } from "../../catalogue/document/compare.ts";
import { readProduct } from "../../catalogue/document/read.ts";
import type { ProductData } from "../../catalogue/product.ts";
import { CallboardError } from "../../errors.ts";
import type { ErrorCode, Problem } from "../../errors.ts";

export interface ProductTask {
  /** The text of a document. */
  readonly text: string;
  /** The product that it has to be of. */
  readonly key?: string;
  /** The canonical text of the document that it is compared with. */
  readonly before?: string;
}

export type ProductResult =
  /** The canonical text of a document, and how it differs from the one before; without one, there are no changes. */
  | { readonly kind: "document"; readonly text: string; readonly changes: readonly ProductChange[] }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      readonly errors: readonly Problem[];
    };

/** @param onStep called with the pointer of each schema before it is compiled, and of each event type before it is compared */
export function runTask({ before, ...task }: ProductTask, onStep: (pointer: string) => void): ProductResult {
  try {
    const { data, text } = readProduct(task.text, {
      onStep,
      ...(task.key === undefined ? {} : { key: task.key }),
    });
    const changes =
      before === undefined || before === text
        ? []
        : compareProducts(JSON.parse(before) as ProductData, data, onStep);
    return { kind: "document", text, changes };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    const { code, message, errors } = error;
    return { kind: "refused", code, message, errors };
  }
}
