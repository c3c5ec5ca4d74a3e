/** What the thread for product documents is asked, and what it responds. */
import { readProduct } from "../../catalogue/document/read.ts";
import { CallboardError } from "../../errors.ts";
import type { ErrorCode, Problem } from "../../errors.ts";

/** The text of a document, and the product that it has to be of. */
export interface ProductTask {
  readonly text: string;
  readonly key?: string;
}

export type ProductResult =
  /** The canonical text of a document. */
  | { readonly kind: "document"; readonly text: string }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      readonly errors: readonly Problem[];
    };

/** @param onStep called with the pointer of each schema before it is compiled */
export function runTask(task: ProductTask, onStep: (pointer: string) => void): ProductResult {
  try {
    const { text } = readProduct(task.text, { onStep, ...(task.key === undefined ? {} : { key: task.key }) });
    return { kind: "document", text };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    const { code, message, errors } = error;
    return { kind: "refused", code, message, errors };
  }
}
