import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFile, replaceFile } from "../../src/whole-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-whole-file-"));
  path = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true }));

const names = () => readdirSync(folder);
const text = () => readFileSync(path, "utf8");

describe("replaceFile", () => {
  test.each([
    ["text", "one two", "one two"],
    ["parts", ["one", " ", "two"], "one two"],
    ["nothing", "", ""],
  ])("writes %s, for its owner alone", async (_, content, written) => {
    await replaceFile(path, content);
    expect(text()).toBe(written);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(names()).toEqual(["file"]);
  });

  test("makes a file that others could read one of its owner alone", async () => {
    writeFileSync(path, "old", { mode: 0o644 });
    await replaceFile(path, "new");
    expect(text()).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("readers find the old text or the new one, never a part", async () => {
    const long = "x".repeat(4 * 1024 * 1024);
    writeFileSync(path, long);
    const sizes: number[] = [];
    const look = setInterval(() => sizes.push(statSync(path).size), 0);
    await replaceFile(path, `${long}\n`).finally(() => clearInterval(look));
    expect(sizes).not.toEqual([]);
    expect(sizes.filter((size) => size !== long.length && size !== long.length + 1)).toEqual([]);
  });

  test("leaves what was there when it fails", async () => {
    writeFileSync(path, "old");
    const failing = (function* () {
      yield "new";
      throw new Error("no more parts");
    })();
    await expect(replaceFile(path, failing)).rejects.toThrow("no more parts");
    expect(text()).toBe("old");
    expect(names()).toEqual(["file"]);
  });

  test("leaves nothing beside a directory in its place", async () => {
    mkdirSync(path);
    await expect(replaceFile(path, "text")).rejects.toMatchObject({ code: "EISDIR" });
    expect(names()).toEqual(["file"]);
  });
});

describe("createFile", () => {
  test("leaves a file that exists as it is", async () => {
    expect(await createFile(path, "first")).toBe(true);
    expect(await createFile(path, "second")).toBe(false);
    expect(text()).toBe("first");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(names()).toEqual(["file"]);
  });

  test("of many at once, one creates it, and the others find it whole", async () => {
    const contents = Array.from({ length: 40 }, (_, index) => `${index}`.repeat(1000));
    const found = await Promise.all(
      contents.map(async (content) => ((await createFile(path, content)) ? content : text())),
    );
    expect(new Set(found)).toEqual(new Set([text()]));
    expect(contents).toContain(text());
    expect(names()).toEqual(["file"]);
  });

  test("names the error of the system", async () => {
    await expect(createFile(join(folder, "missing", "file"), "text")).rejects.toMatchObject({
      code: "ENOENT",
    });
  });
});
