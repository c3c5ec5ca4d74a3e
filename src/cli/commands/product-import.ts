/** `callboard products import`: product files from documents that describe a team's webhooks already. */
import { importAsyncApi } from "../../catalogue/document/import-asyncapi.ts";
import { importOpenApi } from "../../catalogue/document/import-openapi.ts";
import type { ProductData } from "../../catalogue/product.ts";
import type { RequestOf } from "../../client/index.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import type { Io } from "../io.ts";
import { readWithFiles } from "../read-files.ts";
import { changeLines, headline, writeYaml } from "./products.ts";

interface ImportOptions {
  readonly json?: boolean;
  readonly force?: boolean;
  readonly product: string;
  readonly name?: string;
  /** Folder below which files are read that the document refers to. */
  readonly files?: string;
}

/** Prints the product file; needs no server. */
export async function printImported(io: Io, path: string, options: ImportOptions): Promise<Ending> {
  const data = await readImported(io, path, options);
  io.out(options.json === true ? `${JSON.stringify(data, null, 2)}\n` : writeYaml(data));
  return "done";
}

/** Creates or replaces the product. */
export async function applyImported(
  { io, client }: Context,
  path: string,
  options: ImportOptions,
): Promise<Ending> {
  const { product, force } = options;
  const data = await readImported(io, path, options);
  const result = await client.putProduct({
    path: { product },
    query: { force: force === true },
    body: data as unknown as RequestOf<"putProduct">["body"],
  });
  print(io, options, result, [headline({ ...result, product }, false), ...changeLines(result)]);
  return "done";
}

async function readImported(
  io: Io,
  path: string,
  { product, name, files }: ImportOptions,
): Promise<ProductData> {
  const document = await readWithFiles(path, files, io);
  const wish = { product, ...(name === undefined ? {} : { name }) };
  const isAsyncApi = typeof document === "object" && document !== null && "asyncapi" in document;
  const { data, notes } = isAsyncApi ? importAsyncApi(document, wish) : importOpenApi(document, wish);
  for (const note of notes) io.note(`note: ${note}\n`);
  return data;
}
