/** `callboard products types`: TypeScript types of event types, of a product on a server or of a product file. */
import { parseProductDocument } from "../../catalogue/document/parse.ts";
import { writeProductTypes } from "../../catalogue/document/types.ts";
import type { ProductData } from "../../catalogue/index.ts";
import { counted } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";
import { loadProductFile } from "../product-file.ts";
import { writeOut } from "../write-out.ts";
import { fetchProduct } from "./products.ts";

interface OutOption {
  readonly out?: string;
}

export async function writeTypesOfProduct(
  { io, client }: Context,
  key: string,
  options: OutOption,
): Promise<Ending> {
  const { document } = await fetchProduct(client, key);
  return writeTypes(io, document, options);
}

/** @throws {CallboardError} PRODUCT_INVALID with every problem of the file */
export async function writeTypesOfFile(io: Io, path: string, options: OutOption): Promise<Ending> {
  const { data } = parseProductDocument(await loadProductFile(path, io));
  return writeTypes(io, data, options);
}

async function writeTypes(io: Io, data: ProductData, { out }: OutOption): Promise<Ending> {
  const types = writeProductTypes(data);
  if (out === undefined) {
    io.out(types);
    return "done";
  }
  await writeOut(out, types);
  const { length } = Object.keys(data.events);
  io.out(`written: ${out} (${counted(length, "event type", "event types")} of ${data.product})\n`);
  return "done";
}
