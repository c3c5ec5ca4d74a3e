/** `callboard products import`: product files from documents that describe a team's webhooks already. */
import { importAsyncApi } from "../../catalogue/document/import-asyncapi.ts";
import { importOpenApi } from "../../catalogue/document/import-openapi.ts";
import { readProductText } from "../../catalogue/document/parse.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import { readText } from "../source.ts";
import { changeLines, headline, putProduct, writeYaml } from "./products.ts";
import type { PlannedProduct } from "./products.ts";

interface ImportOptions {
  readonly json?: boolean;
  readonly force?: boolean;
  readonly product: string;
  readonly name?: string;
  readonly apply?: boolean;
}

export async function importProduct(
  { io, client }: Context,
  path: string,
  options: ImportOptions,
): Promise<Ending> {
  const document = readProductText(await readText(path, io));
  const { product, name } = options;
  const wish = { product, ...(name === undefined ? {} : { name }) };
  const isAsyncApi = typeof document === "object" && document !== null && "asyncapi" in document;
  const { data, notes } = isAsyncApi ? importAsyncApi(document, wish) : importOpenApi(document, wish);
  for (const note of notes) io.note(`note: ${note}\n`);
  if (options.apply !== true) {
    io.out(options.json === true ? `${JSON.stringify(data, null, 2)}\n` : writeYaml(data));
    return "done";
  }
  const result = await putProduct<PlannedProduct>(
    client,
    product,
    data,
    options.force === true ? "?force=true" : "",
  );
  print(io, options, result, [headline({ ...result, product }, false), ...changeLines(result)]);
  return "done";
}
