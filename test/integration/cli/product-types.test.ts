/** `callboard products types`, of a product on a server and of a product file. */
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { compileTypes } from "../../support/compile-types.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { harbor } from "../../support/product-document.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  expect((await host.call("PUT", "/api/v1/products/harbor", harbor())).status).toBe(200);
});
afterAll(() => host.stop());

async function types(args: readonly string[], { input = "", url = host.url } = {}) {
  let out = "";
  let notes = "";
  const code = await run(["products", "types", ...args], {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: url, CALLBOARD_TOKEN: host.token },
    readInput: () => Promise.resolve(input),
  });
  return { code, out, notes };
}
const NO_SERVER = "http://127.0.0.1:9";

test("the types of a product on a server are those of its file, which need no server", async () => {
  const ofServer = await types(["harbor"]);
  expect(ofServer).toEqual({
    code: 0,
    out: expect.stringContaining("export interface HarborEvents {"),
    notes: "",
  });
  const file = join(host.dataDir, "harbor.json");
  writeFileSync(file, JSON.stringify(harbor()));
  expect(await types(["--file", file], { url: NO_SERVER })).toEqual(ofServer);
  expect(await types(["--file", "-"], { input: JSON.stringify(harbor()), url: NO_SERVER })).toEqual(ofServer);
});

test("the types of a built-in product compile", async () => {
  const { out } = await types(["confluence"]);
  expect(out).toContain("export interface ConfluenceEvents {");
  const use =
    'import type { PageCreated } from "./confluence.js";\nexport const title = (body: PageCreated) => body.page;';
  expect(compileTypes({ "confluence.d.ts": out, "use.ts": use })).toEqual([]);
});

describe("--out", () => {
  test("writes the types and says so", async () => {
    const file = join(host.dataDir, "harbor.d.ts");
    expect(await types(["harbor", "--out", file])).toEqual({
      code: 0,
      out: `written: ${file} (2 event types of harbor)\n`,
      notes: "",
    });
    expect(readFileSync(file, "utf8")).toBe((await types(["harbor"])).out);
  });

  test("replaces a file, also behind a link, and keeps its mode", async () => {
    const folder = mkdtempSync(join(host.dataDir, "types-"));
    const [file, link] = [join(folder, "old.d.ts"), join(folder, "link.d.ts")];
    writeFileSync(file, "old", { mode: 0o640 });
    symlinkSync(file, link);
    expect((await types(["harbor", "--out", link])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("HarborEvents");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(["link.d.ts", "old.d.ts"]);
  });

  test("writes to a device", async () => {
    expect(await types(["harbor", "--out", "/dev/null"])).toMatchObject({ code: 0, notes: "" });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("names a file that can't be written", async () => {
    const file = join(host.dataDir, "nowhere/harbor.d.ts");
    expect(await types(["harbor", "--out", file])).toEqual({
      code: 1,
      out: "",
      notes: expect.stringContaining(
        `error[ENOENT]: ${file} can't be written: its directory does not exist\n`,
      ),
    });
  });
});

test("all problems of a file are shown, each with its pointer", async () => {
  const wrong = { ...harbor(), product: "Harbor", retryProfile: "never" };
  const { code, out, notes } = await types(["--file", "-"], { input: JSON.stringify(wrong) });
  expect([code, out]).toEqual([1, ""]);
  expect(notes).toContain(
    "error[PRODUCT_INVALID]: The product has 2 problems.\n  /product  The key of a product must",
  );
  expect(notes).toContain("\n  /retryProfile  The retry schedule must be one of");
});

test("an unknown product, an unknown file", async () => {
  expect(await types(["harbour"])).toMatchObject({
    code: 4,
    out: "",
    notes: expect.stringContaining("PRODUCT_UNKNOWN"),
  });
  expect(await types(["--file", "no-such.yaml"])).toMatchObject({
    code: 4,
    notes: expect.stringContaining("no-such.yaml"),
  });
});

test.each([[[]], [["harbor", "--file", "harbor.yaml"]]])(
  "%j is neither of a product nor of a file",
  async (args) => {
    expect(await types(args)).toEqual({ code: 2, out: "", notes: expect.stringContaining("error[USAGE]") });
  },
);
