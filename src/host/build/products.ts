/** The products of the server's own folder, in force before anything is judged by them. */
import { readProductFiles } from "../products/files.ts";
import { createProducts } from "../products/products.ts";
import type { Base } from "./base.ts";
import type { Sending } from "./sending.ts";

export async function buildProducts({ catalogue, config: { productsDir } }: Base, { context }: Sending) {
  const files = productsDir === undefined ? undefined : await readProductFiles(productsDir);
  const products = createProducts({ ...context, catalogue, files: files ?? new Map() });
  const newProducts = await products.applyFiles();
  return { products, newProducts, compareProducts: files === undefined ? undefined : products.compareFiles };
}
