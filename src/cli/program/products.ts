/** `callboard products …`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { usageFailure } from "../exit.ts";
import { withExamples } from "./examples.ts";
import { YES_FLAG, listCommand, withListOptions, withLogOptions } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/products.ts");
const loadImport = () => import("../commands/product-import.ts");
const loadTypes = () => import("../commands/product-types.ts");

const FORCE_FLAG = ["--force", "change the product also where that breaks subscribers"] as const;

export function addProductCommands(program: Command, actions: Actions): void {
  const products = program.command("products").description("products: their event types, as documents");
  addLists(products, actions);
  addChanges(products, actions);
  addFiles(products, actions);
}

function addLists(products: Command, { withClient }: Actions): void {
  withExamples(
    withListOptions(listCommand(products))
      .description("list the products")
      .action(withClient(async () => (await load()).listProducts)),
    "products list",
  );
  withExamples(
    products
      .command("show <product>")
      .description("show a product and its event types")
      .action(withClient(async () => (await load()).showProduct)),
    "products show jira",
  );
  withExamples(
    withLogOptions(products.command("changes <product>"))
      .description("list the changes of an own product, newest first")
      .action(withClient(async () => (await load()).listChanges)),
    "products changes harbor",
  );
  withExamples(
    products
      .command("change <product> <version>")
      .description("print the product file of an own product as it was after a change")
      .action(withClient(async () => (await load()).showChange)),
    "products change harbor 2 > harbor.yaml",
  );
  withExamples(
    withListOptions(products.command("deprecated <product>"))
      .description("list the deprecated event types, and who still subscribes to them")
      .action(withClient(async () => (await load()).listDeprecated)),
    "products deprecated harbor",
  );
}

function addChanges(products: Command, { withClient }: Actions): void {
  withExamples(
    products
      .command("apply <file...>")
      .description("create or replace own products from product files (YAML or JSON; - = standard input)")
      .option(...FORCE_FLAG)
      .option("--dry-run", "only show the changes")
      .action(withClient(async () => (await load()).applyProducts)),
    "products apply harbor.yaml",
  );
  withExamples(
    products
      .command("diff <file>")
      .description("show what applying a product file would change; exits non-zero if it breaks subscribers")
      .action(withClient(async () => (await load()).diffProduct)),
    "products diff harbor.yaml",
  );
  withExamples(
    products
      .command("delete <product>")
      .description("delete an own product that no site is of")
      .option(...YES_FLAG)
      .action(withClient(async () => (await load()).deleteProduct)),
    "products delete harbor",
  );
  withExamples(
    products
      .command("publish <product>")
      .description("open the catalogue of a product to everyone, without a login")
      .action(withClient(async () => (await load()).publishCatalogue)),
    "products publish harbor",
  );
  withExamples(
    products
      .command("unpublish <product>")
      .description("close the public catalogue of a product")
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
      .description("print the product file of a product, also of a built-in one")
      .addOption(new Option("--format <name>", "of the file").choices(["yaml", "json"]).default("yaml"))
      .action(withClient(async () => (await load()).exportProduct)),
    "products export jira > jira.yaml",
  );
  withExamples(
    products
      .command("types [product]")
      .description("print TypeScript types of a product's event types, for createAddon<…>()")
      .option("--file <path>", "a product file instead of a product on a server (- = standard input)")
      .option("--out <file>", "write a file instead of printing the types")
      .action((product: string | undefined, { file, ...options }: { file?: string; out?: string }) => {
        if (file !== undefined && product === undefined)
          return alone(async () => (await loadTypes()).writeTypesOfFile)(file, options);
        if (product !== undefined && file === undefined)
          return withClient(async () => (await loadTypes()).writeTypesOfProduct)(product, options);
        throw usageFailure(
          "The types are those of a product or of a file, and one of the two is required",
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
        "make a product file from the webhooks of an OpenAPI 3.1 or AsyncAPI 3 document, and print it",
      )
      .requiredOption("--product <key>", "key of the product")
      .option("--name <name>", "name of the product; the title of the document when left out")
      .option(
        "--files <folder>",
        "read files that the document refers to below this folder; default: its own",
      )
      .option("--apply", "create or replace the product instead of printing its file")
      .option(...FORCE_FLAG)
      .action((file: string, { apply, ...options }: ImportFlags) =>
        apply === true
          ? withClient(async () => (await loadImport()).applyImported)(file, options)
          : alone(async () => (await loadImport()).printImported)(file, options),
      ),
    "products import openapi.yaml --product harbor > harbor.yaml",
  );
}
