/** A product differs from others by what its folder of the catalogue says, never by a comparison with its key elsewhere. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SITE_PRODUCTS } from "../support/products.ts";

const ROOT = join(import.meta.dirname, "../..");
/** The key of Callboard's own product is the name of the program as well. */
const KEY = new RegExp(`["'\`](?:${SITE_PRODUCTS.join("|")})["'\`]`);

/** Places that are about one product, each with the reason. */
const ABOUT_ONE_PRODUCT: Readonly<Record<string, string>> = {
  "src/addon/event-types.ts": "types of bodies, by the name of the event",
  "src/client/operations.ts": "generated; the names of retry schedules",
  "src/cli/program/events.ts": "the product that event types are of unless one is named",
  "src/cli/program/tools.ts": "the site that commands are for unless they name one",
  "src/host/model/retry-schedules.ts": "the name of a retry schedule",
};
/** The REST APIs of products, one file each. */
const COMPATIBLE_APIS = "src/host/web/products/";

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`);
}

test("only the catalogue knows products by their keys", () => {
  const files = [...filesBelow("src", ".ts"), ...filesBelow("views", ".eta")].filter(
    (file) =>
      !file.startsWith("src/catalogue/") &&
      !file.startsWith(COMPATIBLE_APIS) &&
      ABOUT_ONE_PRODUCT[file] === undefined,
  );
  const offenders = files.flatMap((file) =>
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (KEY.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );

  expect(offenders).toEqual([]);
});
