/** Product files named on the command line, as YAML or JSON. */
import { readProductText } from "../catalogue/document/parse.ts";
import { CallboardError } from "../errors.ts";
import type { Io } from "./io.ts";
import { readText } from "./source.ts";

/**
 * Reads a product file; "-" is standard input.
 * @throws {CallboardError} PRODUCT_INVALID or PRODUCT_TOO_LARGE with the name of the file; what readText throws
 */
export async function loadProductFile(path: string, io: Pick<Io, "readInput">): Promise<unknown> {
  return loadProductText(await readText(path, io, { content: "a product file" }), path);
}

/** @throws {CallboardError} PRODUCT_INVALID or PRODUCT_TOO_LARGE with the name of the file */
export function loadProductText(text: string, path: string): unknown {
  try {
    return readProductText(text);
  } catch (error) {
    if (!(error instanceof CallboardError) || path === "-") throw error;
    throw new CallboardError(error.code, `${path}: ${error.message}`, { cause: error, errors: error.errors });
  }
}
