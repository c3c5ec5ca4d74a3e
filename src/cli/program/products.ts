/** `callboard products …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { usageFailure } from "../exit.ts";
import { withExamples } from "./examples.ts";
import { DRY_RUN_FLAG, YES_FLAG, listCommand, withListOptions, withLogOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/products.ts");
const loadImport = () => import("../commands/product-import.ts");
const loadTypes = () => import("../commands/product-types.ts");

const FORCE_FLAG = ["--force", "Change the product even if that breaks subscribers"] as const;

export function addProductCommands(program: Command, actions: Actions): void {
  const products = program.command("products").description("Products: their event types, as product files");
  addLists(products, actions);
  addChanges(products, actions);
  addFiles(products, actions);
}

function addLists(products: Command, { withClient }: Actions): void {
  withExamples(
    withListOptions(listCommand(products))
      .description("List the products")
      .action(withClient(async () => (await load()).listProducts)),
    "products list",
  );
  withExamples(
    products
      .command("show <product>")
      .description("Show a product and its event types")
      .action(withClient(async () => (await load()).showProduct)),
    "products show jira",
  );
  withExamples(
    withLogOptions(products.command("changes <product>"))
      .description("List the changes of one of your own products, newest first")
      .action(withClient(async () => (await load()).listChanges)),
    "products changes harbor",
  );
  withExamples(
    products
      .command("change <product> <version>")
      .description("Print the product file of one of your own products as it was after a change")
      .action(withClient(async () => (await load()).showChange)),
    "products change harbor 2 > harbor.yaml",
  );
  withExamples(
    withListOptions(products.command("deprecated <product>"))
      .description("List the deprecated event types with their remaining receivers")
      .action(withClient(async () => (await load()).listDeprecated)),
    "products deprecated harbor",
  );
}

function addChanges(products: Command, { withClient }: Actions): void {
  withExamples(
    products
      .command("apply <file...>")
      .description(
        "Create or replace your own products from product files (YAML or JSON); - is standard input",
      )
      .option(...FORCE_FLAG)
      .option(...DRY_RUN_FLAG)
      .action(withClient(async () => (await load()).applyProducts)),
    "products apply harbor.yaml",
  );
  withExamples(
    products
      .command("diff <file>")
      .description("Show what a product file would change; exits with 1 if that breaks subscribers")
      .action(withClient(async () => (await load()).diffProduct)),
    "products diff harbor.yaml",
  );
  withExamples(
    products
      .command("delete <product>")
      .description("Delete one of your own products that has no site")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteProduct)),
    "products delete harbor",
  );
  withExamples(
    products
      .command("publish <product>")
      .description("Publish the catalogue of a product to everyone, without a login")
      .action(withClient(async () => (await load()).publishCatalogue)),
    "products publish harbor",
  );
  withExamples(
    products
      .command("unpublish <product>")
      .description("End the public catalogue of a product")
      .action(withClient(async () => (await load()).unpublishCatalogue)),
    "products unpublish harbor",
  );
}

interface ImportFlags {
  readonly product: string;
  readonly name?: string;
  readonly files?: string;
  readonly apply?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

function addFiles(products: Command, { withClient, alone }: Actions): void {
  withExamples(
    products
      .command("export <product>")
      .description("Print the product file of a product, built-in or your own")
      .addOption(
        new Option("--format <name>", "Format of the file").choices(["yaml", "json"]).default("yaml"),
      )
      .action(withClient(async () => (await load()).exportProduct)),
    "products export jira > jira.yaml",
  );
  withExamples(
    products
      .command("types [product]")
      .description("Print TypeScript types of a product's event types, for createAddon<…>()")
      .option("--file <path>", "Product file, in place of a product on the server; - is standard input")
      .option("--out <file>", "File to write (default: standard output)")
      .action((product: string | undefined, { file, ...options }: { file?: string; out?: string }) => {
        if (file !== undefined && product === undefined)
          return alone(async () => (await loadTypes()).writeTypesOfFile)(file, options);
        if (product !== undefined && file === undefined)
          return withClient(async () => (await loadTypes()).writeTypesOfProduct)(product, options);
        throw usageFailure(
          "Give either a product or --file",
          "For example: callboard products types harbor, or callboard products types --file harbor.yaml",
        );
      }),
    "products types harbor > harbor.d.ts",
    "products types --file harbor.yaml > harbor.d.ts",
  );
  withExamples(
    products
      .command("import <file>")
      .description(
        "Convert the webhooks of an OpenAPI 3.1 or AsyncAPI 3 document to a product file, and print it",
      )
      .requiredOption("--product <key>", "Key of the product")
      .option("--name <name>", "Name of the product (default: the title of the document)")
      .option("--files <folder>", "Folder of the files that the document refers to (default: its own folder)")
      .option("--apply", "Create or replace the product instead of printing its file")
      .option(...FORCE_FLAG)
      .action((file: string, { apply, ...options }: ImportFlags) =>
        apply === true
          ? withClient(async () => (await loadImport()).applyImported)(file, options)
          : alone(async () => (await loadImport()).printImported)(file, options),
      ),
    "products import openapi.yaml --product harbor > harbor.yaml",
  );
}
