/** Reads a product document from text to the end: the text, its members, its schemas and samples. Pure; slow as its schemas are. */
import { checkSchemas } from "./check-schemas.ts";
import { inspectProduct } from "./parse.ts";
import type { ProductDocument } from "./parse.ts";
import { toInvalid } from "./problems.ts";
import { readProductText } from "./read-text.ts";

/**
 * Returns the document of JSON or YAML text.
 * @param options.key the document is that of this product, and can leave out its own key
 * @param options.onStep called with the pointer of each schema before it is compiled
 * @throws {CallboardError} PRODUCT_INVALID (422) with the problems of members, references, schemas and samples together;
 * PRODUCT_TOO_LARGE (413) over 10 MiB
 */
export function readProduct(
  text: string,
  options: { readonly key?: string; readonly onStep?: (pointer: string) => void } = {},
): ProductDocument {
  const inspected = inspectProduct(readProductText(text), options);
  const data = inspected.document === undefined ? inspected.sound : inspected.document.data;
  const ofSchemas = data === undefined ? [] : checkSchemas(data, options.onStep);
  if (inspected.document !== undefined && ofSchemas.length === 0) return inspected.document;
  throw toInvalid([...inspected.problems, ...ofSchemas]);
}
