/** Product files of a folder: read at the start, kept as own products, and read-only in the API. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProductDocument } from "../../catalogue/document/parse.ts";
import { CallboardError, getMessage } from "../../errors.ts";
import { readInThread } from "./check.ts";

export interface ProductFile extends ProductDocument {
  /** Name of the file in its folder. */
  readonly file: string;
}

const NAMED = /\.(?:ya?ml|json)$/;

/**
 * Reads every product file (`.yaml`, `.yml`, `.json`) of the folder, in the order of their names.
 * @returns the files by the key of their product
 * @throws {CallboardError} CONFIG_INVALID if the folder or a file can't be read; PRODUCT_INVALID or PRODUCT_TOO_LARGE with the
 * name of the file, also if two files have the same product
 */
export async function readProductFiles(folder: string): Promise<ReadonlyMap<string, ProductFile>> {
  const files = new Map<string, ProductFile>();
  for (const file of await listFiles(folder)) {
    const found = await readProductFile(folder, file);
    const { product } = found.data;
    const other = files.get(product);
    if (other !== undefined) {
      throw new CallboardError(
        "PRODUCT_INVALID",
        `${file} and ${other.file} in CALLBOARD_PRODUCTS both have the product ${product}. Remove one of them`,
      );
    }
    files.set(product, found);
  }
  return files;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => NAMED.test(name)).sort();
  } catch (error) {
    throw new CallboardError(
      "CONFIG_INVALID",
      `The folder CALLBOARD_PRODUCTS can't be read (${getMessage(error)})`,
      { cause: error },
    );
  }
}

async function readProductFile(folder: string, file: string): Promise<ProductFile> {
  const text = await readText(folder, file);
  try {
    return { file, ...(await readInThread(text)) };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    const lines = error.errors.map(({ pointer, detail }) => `\n  ${pointer}  ${detail}`);
    throw new CallboardError(error.code, `${file} in CALLBOARD_PRODUCTS: ${error.message}${lines.join("")}`, {
      cause: error,
    });
  }
}

async function readText(folder: string, file: string): Promise<string> {
  try {
    return await readFile(join(folder, file), "utf8");
  } catch (error) {
    throw new CallboardError(
      "CONFIG_INVALID",
      `${file} in CALLBOARD_PRODUCTS can't be read (${getMessage(error)})`,
      { cause: error },
    );
  }
}
