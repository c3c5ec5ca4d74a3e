/** Makes every import path of the package usable with `require`, before it is packed. */
import { readFileSync } from "node:fs";
import { addCommonJs } from "./modules.js";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
for (const path of Object.values(exports)) {
  if (typeof path === "object") addCommonJs(path.import.default.replace(/\.js$/, ""));
}
