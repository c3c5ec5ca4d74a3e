/** The tables and commands that people read say what the code does. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PRODUCTS, listEvents } from "./support/products.ts";
import { run } from "../src/cli/index.ts";
import { describeProgram } from "./support/command-line.ts";
import { CONFIG_KEYS } from "../src/config.ts";
import { ERROR_CODES } from "../src/errors.ts";
import { readSources } from "./support/source-imports.ts";
import { STANDSTILL_REASONS } from "../src/host/model/standstill.ts";
import { RETRY_SCHEDULES } from "../src/host/model/retry-schedules.ts";
import { SHARED_FORMATS } from "../src/catalogue/formats.ts";
import { FAILURE_REASONS } from "../src/host/model/delivery.ts";
import { formatSize } from "../src/host/model/formats/formatted.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The rows of the table that begins with this cell, without the padding. */
function readTable(path: string, firstHeading: string): readonly (readonly string[])[] {
  const lines = read(path).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading} `));
  expect(start, `${path} has a table of ${firstHeading}`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the README's configuration is that of the code", () => {
  expect(readTable("README.md", "key")).toEqual(
    Object.entries(CONFIG_KEYS).map(([key, [shown, meaning]]) => [`\`${key}\``, shown, meaning]),
  );
});

test("the README has every command of the command line, and no other", () => {
  const commands = describeProgram().commands.map((command) => command.name());
  const told = readTable("README.md", "callboard").flatMap(([cell = ""]) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  );
  expect(told.toSorted()).toEqual(commands.toSorted());
});

test("docs/errors.md has every error code with its status", () => {
  expect(readTable("docs/errors.md", "code")).toEqual(
    Object.entries(ERROR_CODES)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([code, [status, meaning]]) => [`\`${code}\``, String(status), meaning]),
  );
});

test("docs/delivery.md has every reason why nothing is being sent", () => {
  const names = readTable("docs/delivery.md", "reason ").map(([cell]) => cell!.replaceAll("`", ""));
  expect(names).toEqual([...STANDSTILL_REASONS]);
});

test("every error code is thrown somewhere", () => {
  // The client's types name every code, and the routes those that they can answer with.
  const isListing = (file: string) => /^(?:errors|client\/operations|host\/web\/api\/.*)\.ts$/.test(file);
  const withoutLists = readSources()
    .map(({ file, text }) =>
      isListing(file)
        ? (text.match(/CallboardError\(\s*"\w+"/g) ?? []).join("\n")
        : text.replaceAll(/^.*\breadonly code: .*$/gm, ""),
    )
    .join("\n");
  const isThrown = (code: string): boolean => withoutLists.includes(`"${code}"`);
  expect(Object.keys(ERROR_CODES).filter((code) => !isThrown(code))).toEqual([]);
});

test("docs/delivery.md has every reason of a failure and every retry profile", () => {
  const names = (heading: string) =>
    readTable("docs/delivery.md", heading).map(([cell]) => cell!.replaceAll("`", ""));
  expect(names("reason of a failure")).toEqual([...FAILURE_REASONS]);
  expect(names("profile")).toEqual(Object.keys(RETRY_SCHEDULES));
});

test("docs/products.md counts the events of every product", () => {
  const rows = readTable("docs/products.md", "product").map(([product, count]) => [product, Number(count)]);
  expect(rows).toEqual(PRODUCTS.map((product) => [`\`${product}\``, listEvents(product).length]));
});

test("docs/formats.md has every format that products share, with its limit", () => {
  const rows = readTable("docs/formats.md", "format").map((cells) =>
    cells.map((cell) => cell.replaceAll("`", "")),
  );
  const facts = SHARED_FORMATS.map(({ key, name, limit, isOperational }) => [
    key,
    isOperational ? "operational events as they are" : name,
    limit === undefined ? "–" : formatSize(limit.max, limit.unit),
    limit === undefined ? "–" : limit.isCut ? "cut" : "fails",
  ]);
  expect(rows).toEqual(facts);
});

test("docs/operational-events.md has every operational event", () => {
  const names = readTable("docs/operational-events.md", "event type").map(([cell]) =>
    cell!.replaceAll("`", ""),
  );
  expect(names).toEqual(listEvents("callboard").map(({ event }) => event));
});

describe("docs/architecture.md", () => {
  test("names files and folders that exist", () => {
    const text = read("docs/architecture.md");
    const paths = [...text.matchAll(/`((?:src|test|views|docs)\/[\w./-]*)`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("has every table of the schema", () => {
    const folder = join(ROOT, "src/host/store/db/migrations");
    const created = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/CREATE TABLE (callboard_\w+)/g)].map(
        ([, table]) => table!,
      ),
    );
    const listed = readTable("docs/architecture.md", "table").map(([cell]) => cell!.replaceAll("`", ""));
    expect(listed.toSorted()).toEqual(created.toSorted());
  });
});

describe("CONTRIBUTING.md", () => {
  const text = read("CONTRIBUTING.md");

  test("names files and folders that exist", () => {
    const paths = [...text.matchAll(/`((?:src|test|views|docs)\/[\w./-]*)`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("has every room of the source", () => {
    const folders = ["src", "src/host"].flatMap((parent) =>
      readdirSync(join(ROOT, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${parent}/${name}`),
    );
    const mapped = ["folder", "room"].flatMap((heading) =>
      readTable("CONTRIBUTING.md", heading).map(([cell]) => cell!.replaceAll("`", "")),
    );
    expect(mapped.toSorted()).toEqual(folders.toSorted());
  });
});

describe("the README's commands", () => {
  const scripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
  const commands = [...read("README.md").matchAll(/`?(npm (?:run [\w:]+|test|start))\b/g)].map(
    (match) => match[1]!,
  );

  test.each([...new Set(commands)])("%s is a script", (command) => {
    expect(scripts[command.replace(/^npm (run )?/, "")]).toBeDefined();
  });
});

describe("documented command lines", () => {
  const documents = [
    "README.md",
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const lines = documents.flatMap((document) =>
    [
      ...read(document).matchAll(
        /^ *(?:npx )?(callboard (?!serve|migrate|test )[^\n#`]+)|`(?:npx )?(callboard (?!test )[a-z]+ [^`]*(?:--|[A-Z])[^`]*)`/gm,
      ),
    ].map((match) => [document, (match[1] ?? match[2] ?? "").trim()] as const),
  );

  /** Words of a shell, without their quotation marks. */
  const splitWords = (line: string) =>
    (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, "$2"));

  const toFixture = (word: string) => {
    if (/^[a-z]+\.yaml$/.test(word)) return join(ROOT, "test/fixtures/products", word);
    return word.replace(/^(@?)[a-z-]+\.(?:json|jsonl|txt|pem|key)$/, "$1-");
  };

  test("are found in the README and in docs", () => {
    expect(new Set(lines.map(([document]) => document)).size).toBeGreaterThan(1);
  });

  // With no server to talk to, a command that is understood ends with exit code 3; one that isn't, with 2.
  test.each(lines)("%s: %s", async (_document, line) => {
    let notes = "";
    // What a check would start is left out.
    const [, ...words] = splitWords(line.replace(/ (?:>|\||--) .*/, ""));
    const anyPort = /(?<! db) (?:inspect|check)\b/.test(line) ? ["--port", "0"] : [];
    const code = await run([...words.map(toFixture), ...anyPort], {
      out: () => undefined,
      note: (text) => void (notes += text),
      env: {
        CALLBOARD_URL: "http://127.0.0.1:9",
        CALLBOARD_TOKEN: "cb_0123456789abcdefghij",
        CALLBOARD_DATA_DIR: join(ROOT, "no-such-directory"),
      },
      readInput: () => Promise.resolve("{}"),
    });
    // Some commands work without a server.
    const without = Object.entries({
      "callboard check": { code: 3, notes: expect.stringContaining("does not respond") },
      "keys reset": { code: 4, notes: expect.stringContaining("There is no database") },
      "callboard restore": { code: 1, notes: expect.stringContaining("BACKUP_INVALID") },
      "db check": { code: 4, notes: expect.stringContaining("There is no database") },
      "db distribute": { notes: expect.stringMatching(/DISTRIBUTE_REFUSED|CALLBOARD_DATABASE_URL/) },
      "db move": { code: 4, notes: expect.stringContaining("There is no database") },
      "jwt sign": { code: 0, notes: "" },
      "jwt verify": { code: 1, notes: expect.stringContaining("JWT_MALFORMED") },
      "jwt decode": { code: 1, notes: expect.stringContaining("JWT_MALFORMED") },
      "callboard doctor": { code: 1, notes: "" },
      "callboard config": { code: 0 },
      "callboard completion": { code: 0 },
      "callboard outbox": { code: 0 },
      "products import": { code: 0, notes: "" },
      "products types --file": { code: 0, notes: "" },
    }).find(([command]) => line.includes(command))?.[1];
    expect({ code, notes }).toMatchObject(
      without ?? { code: 3, notes: expect.stringContaining("Cannot reach") },
    );
  });
});

test("docs/dependencies.md has every package of package.json with its license, and no other", () => {
  const listed = JSON.parse(read("package.json")) as Readonly<
    Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
  >;
  const rows = read("docs/dependencies.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
  expect(rows.map(([, name]) => name)).toEqual([
    ...Object.keys(listed.dependencies),
    ...Object.keys(listed.devDependencies),
  ]);
  const { packages } = JSON.parse(read("package-lock.json")) as {
    readonly packages: Readonly<Record<string, { readonly license?: string }>>;
  };
  for (const [, name = "", what, why, license] of rows) {
    expect([what, why], name).not.toContain("");
    const own = packages[`node_modules/${name}`]?.license;
    if (own !== undefined) expect([name, license]).toEqual([name, own]);
  }
});
