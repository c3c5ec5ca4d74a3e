/**
 * Who may import whom, where each package with a cost or a danger has its one home, and what "pure" promises. Read from the
 * source's own imports; every test lists the files that break its rule.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { circles, openingComment, readSource, readSources } from "./support/source-imports.ts";
import type { Import, SourceFile } from "./support/source-imports.ts";

const LEAVES = [
  "by-administrator",
  "database-url",
  "parse-url",
  "clock",
  "closers",
  "config-keys",
  "directory",
  "defined",
  "duration",
  "format",
  "errors",
  "file-errors",
  "foreign-text",
  "group-by",
  "header-pairs",
  "keyed-mutex",
  "methods",
  "newest",
  "on-first-use",
  "own-thread",
  "proxy-url",
  "rate-limit",
  "repeating",
  "steady",
  "trailing-slashes",
  "turn",
  "until-done",
  "url-host",
  "version",
  "whole-file",
  "within",
];

/** A room may always import itself and the leaves, a room of the host what they share. Data flows downwards in this list. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "by-administrator": [],
  "parse-url": [],
  clock: [],
  closers: [],
  "config-keys": [],
  directory: [],
  "database-url": [],
  defined: [],
  duration: [],
  format: [],
  errors: [],
  "file-errors": ["errors"],
  "foreign-text": [],
  "group-by": [],
  "header-pairs": [],
  "keyed-mutex": [],
  methods: [],
  newest: [],
  "on-first-use": [],
  "own-thread": [],
  "proxy-url": [],
  "rate-limit": [],
  repeating: [],
  steady: [],
  "trailing-slashes": [],
  turn: [],
  "until-done": [],
  "url-host": [],
  version: [],
  "whole-file": [],
  within: [],
  logger: [],
  config: ["logger", "host/model"],
  json: [],
  protocol: [],
  catalogue: ["json", "protocol"],
  egress: [],
  "host/model": ["catalogue", "egress", "json", "protocol"],
  "host/filters": ["host/model"],
  "host/store": ["host/model", "catalogue", "protocol", "logger"],
  "host/schemas": ["host/model", "catalogue", "json"],
  "host/products": ["host/model", "catalogue", "json", "logger", "host/store"],
  "host/admin": ["host/model", "config", "catalogue", "protocol", "host/store"],
  "host/descriptor": ["host/model", "host/filters", "catalogue", "egress", "json", "protocol"],
  "host/registry": ["host/model", "host/filters", "catalogue", "egress", "logger", "protocol", "host/store"],
  "host/events": ["host/model", "host/filters", "catalogue", "json", "logger", "host/store"],
  "host/delivery": ["host/model", "catalogue", "egress", "json", "logger", "protocol", "host/store"],
  "host/listen": [
    "host/model",
    "catalogue",
    "egress",
    "logger",
    "host/store",
    "host/registry",
    "host/delivery",
  ],
  "host/delivery-log": ["host/model", "catalogue", "json", "host/store", "host/registry", "host/delivery"],
  "host/observe": ["host/model", "logger", "host/store", "host/events", "host/delivery"],
  "host/outbox": ["host/model", "logger", "host/store"],
  "host/retention": ["host/model", "logger", "host/store"],
  "host/care": ["host/model", "config", "logger", "host/store", "host/admin"],
  "host/replay": ["host/model", "catalogue", "logger", "host/store", "host/events"],
  "host/web": [
    "host/model",
    "config",
    "catalogue",
    "json",
    "logger",
    "protocol",
    "host/store",
    "host/admin",
    "host/products",
    "host/descriptor",
    "host/registry",
    "host/events",
    "host/delivery",
    "host/delivery-log",
    "host/listen",
    "host/observe",
    "host/replay",
    "host/care",
  ],
  // What the rooms of a host share: types, for all of them.
  "host/context": ["catalogue", "config", "logger", "host/store"],
  // The composition root: `build` knows every room, the others what a start and a stop need.
  "host/address": ["config", "egress", "host/model"],
  "host/open": [
    "catalogue",
    "config",
    "egress",
    "logger",
    "protocol",
    "host/admin",
    "host/model",
    "host/store",
  ],
  "host/examine": ["config", "host/model", "host/admin", "host/store"],
  "host/build": ["*"],
  "host/listener": ["host/store", "host/delivery"],
  "host/load-sites": ["host/build", "host/events"],
  "host/start": [
    "host/admin",
    "host/build",
    "host/listener",
    "host/load-sites",
    "host/model",
    "host/registry",
  ],
  "host/index": ["*"],
  addon: ["catalogue", "egress", "json", "protocol"],
  inspector: ["addon", "catalogue", "json"],
  embed: ["client", "config", "logger", "host/index", "host/model", "host/web"],
  // A host and an attacker in one: it signs as a host does, and forges what a host would never sign.
  check: [
    "addon",
    "catalogue",
    "config",
    "egress",
    "host/index",
    "host/model",
    "host/registry",
    "host/web",
    "json",
    "logger",
    "protocol",
  ],
  client: ["protocol"],
  testing: [
    "catalogue",
    "config",
    "embed",
    "json",
    "logger",
    "host/index",
    "host/model",
    "host/store",
    "host/web",
    "protocol",
  ],
  cli: [
    "check",
    "config",
    "client",
    "egress",
    "json",
    "protocol",
    "logger",
    "catalogue",
    "host/index",
    "host/model",
    "testing",
    "inspector",
  ],
  main: ["cli"],
};

const ONLY_IN: Readonly<Record<string, RegExp>> = {
  sequelize: /^host\/store\//,
  sqlite3: /^host\/store\//,
  pg: /^host\/store\//,
  got: /^egress\//,
  "atlassian-jwt": /^protocol\//,
  jsonwebtoken: /^protocol\//,
  express: /^(host\/web|addon|inspector)\/|^methods\.ts$/,
  eta: /^(host\/web|inspector)\//,
  commander: /^cli\//,
  "openapi-fetch": /^client\//,
  "prom-client": /^host\/observe\//,
  "@opentelemetry/api": /^host\/observe\//,
};

/** What the web may take from the store at run time: names and ids, nothing that reads or writes. */
const STORE_FOR_WEB = /^host\/store\/tables\/(tokens|lifecycle-calls)\.ts$/;

/** Names by which time, chance and timers come in. */
const IMPURE =
  /\b(?:Date\.now|new Date\(\)|performance\.now|Math\.random|randomBytes|randomUUID|steadyNow|setTimeout|setInterval|setImmediate|process\.)/;

/** Packages that only compute: the same arguments always give the same result. */
const PURE_PACKAGES: ReadonlySet<string> = new Set([
  "@atlassianlabs/jql-ast",
  "atlassian-jwt",
  "fastest-levenshtein",
  "mustache",
  "node:buffer",
  "node:crypto",
  "node:net",
  "tinyqueue",
  "yaml",
  "yocto-queue",
]);

/** Own files that reach the world. What they export beside it belongs into a file of its own. */
const WITH_EFFECTS =
  /^(?:clock|logger|steady|rate-limit|repeating|egress\/(?:connect|control|index|name-servers|open-files|pools|post|race|resolve)|host\/filters\/.*|host\/products\/(?:check|progress|thread|worker)|host\/schemas\/(?:checker|thread|worker)|host\/store\/(?:db\/(?:database|sqlite|postgres|batch|clock|lock|listen|migrate)|snapshot))\.ts$/;

const sources = readSources();

function getRoom(file: string): string {
  const parts = file.replace(/\.ts$/, "").split("/");
  return parts[0] === "host" ? parts.slice(0, 2).join("/") : parts[0]!;
}

/** `file: what it imports` for every import that breaks a rule. */
function offending(
  files: readonly SourceFile[],
  isWrong: (imported: Import, file: string) => boolean,
): readonly string[] {
  return files.flatMap(({ file, imports }) =>
    imports.filter((each) => isWrong(each, file)).map(({ path }) => `${file}: ${path}`),
  );
}

test("every file belongs to a room of the map", () => {
  expect(sources.map(({ file }) => file).filter((file) => !isKnown(getRoom(file)))).toEqual([]);
});

const isKnown = (room: string): boolean => MAY_IMPORT[room] !== undefined || LEAVES.includes(room);

test("files import only from the rooms before their own", () => {
  const mayImport = (from: string, target: string): boolean =>
    from === target ||
    LEAVES.includes(target) ||
    (target === "host/context" && from.startsWith("host/")) ||
    (MAY_IMPORT[from] ?? []).some((room) => room === target || room === "*");
  expect(
    offending(sources, ({ file }, from) => file !== undefined && !mayImport(getRoom(from), getRoom(file))),
  ).toEqual([]);
});

test("no file imports itself by way of others, types included", () => {
  expect(circles(sources)).toEqual([]);
});

test("guarded packages are used only in their home", () => {
  expect(offending(sources, ({ path }, from) => ONLY_IN[path]?.test(from) === false)).toEqual([]);
});

test("models are defined in one place, and never make tables, transactions or decisions of their own", () => {
  const models = sources.filter(({ text }) => /from "sequelize"/.test(text)).map(({ file }) => file);
  expect(models).toEqual([
    "host/store/db/models.ts",
    "host/store/db/postgres.ts",
    "host/store/db/sequelize.ts",
    "host/store/db/sqlite.ts",
    "host/store/db/table.ts",
  ]);
  const own = sources.filter(
    ({ file, text }) => file.startsWith("host/store/") && /\.(?:transaction|findOrCreate|sync)\(/.test(text),
  );
  expect(own.map(({ file }) => file)).toEqual([]);
});

test("a model that reads is asked for plain rows", () => {
  const calls = sources.flatMap(({ file, text }) =>
    file.startsWith("host/store/")
      ? Array.from(
          text.matchAll(/\.(?:find(?:All|One|ByPk)|findAndCountAll)\(([^)]*)/g),
          ([, given = ""]) => ({
            file,
            isRaw: /\braw: true\b/.test(given),
          }),
        )
      : [],
  );
  expect(calls).toEqual([{ file: "host/store/db/table.ts", isRaw: true }]);
});

test("what differs between the databases is in the dialect", () => {
  const comparing = sources.filter(
    ({ file, text }) =>
      !/^host\/store\/db\/(?:dialect|migrations\/.*)\.ts$/.test(file) &&
      /\bname [!=]== "(?:sqlite|postgres)"|dialect [!=]== (?:SQLITE|POSTGRES)/.test(text),
  );
  expect(comparing.map(({ file }) => file)).toEqual([]);
});

test("every UPDATE of a row that processes follow begins with its table's own words, which mark it", () => {
  const unmarked = sources.filter(
    ({ file, text }) =>
      !file.startsWith("host/store/db/migrations/") &&
      /UPDATE callboard_(?:installation|webhook|subscription|endpoint)\b/.test(text),
  );
  expect(unmarked.map(({ file }) => file)).toEqual([]);
});

test("the environment is read only at the door", () => {
  const readers = sources.filter(({ text }) => /process\.env\b/.test(text)).map(({ file }) => file);
  expect(readers.filter((file) => !/^(config|main|cli\/)/.test(file))).toEqual([]);
});

test("pages and API share what they show, and take nothing from each other", () => {
  const isWrong = ({ file = "" }: Import, from: string): boolean =>
    (/^host\/web\/(?:pages|products)\//.test(from) && file.startsWith("host/web/api/")) ||
    (from.startsWith("host/web/api/") && file.startsWith("host/web/pages/"));
  expect(offending(sources, isWrong)).toEqual([]);
});

test("the web leaves the store to the rooms behind it", () => {
  const isWrong = ({ file = "", isType }: Import, from: string): boolean =>
    from.startsWith("host/web/") && !isType && file.startsWith("host/store/") && !STORE_FOR_WEB.test(file);
  expect(offending(sources, isWrong)).toEqual([]);
});

describe("a file that calls itself pure", () => {
  const pure = sources.filter((source) => /\bpure\b/i.test(openingComment(source)));

  test("has a unit test of its own, which imports it", () => {
    const untested = pure.filter(({ file }) => {
      const test = join("unit", file.replace(/\.ts$/, ".test.ts"));
      return (
        !existsSync(join(import.meta.dirname, test)) ||
        !readSource(test, import.meta.dirname).imports.some(({ path }) => path.endsWith(`/src/${file}`))
      );
    });
    expect(untested.map(({ file }) => file)).toEqual([]);
  });

  test("names no clock, no randomness and no timer", () => {
    expect(pure.filter(({ text }) => IMPURE.test(text)).map(({ file }) => file)).toEqual([]);
  });

  test("imports nothing that reads, writes or sends", () => {
    const isWrong = ({ path, file, isType }: Import): boolean =>
      !isType && (file === undefined ? !PURE_PACKAGES.has(path) : WITH_EFFECTS.test(file));
    expect(offending(pure, isWrong)).toEqual([]);
  });
});

test("a unit test has the path of the file that it is about", () => {
  const isAbout = (test: string, file: string): boolean =>
    test === `${file}.test.ts` || (test.startsWith(`${file}-`) && !test.slice(file.length).includes("/"));
  const files = sources.map(({ file }) => file.replace(/\.ts$/, ""));
  const tests = readdirSync(join(import.meta.dirname, "unit"), { recursive: true, encoding: "utf8" });
  expect(
    tests.filter((test) => test.endsWith(".test.ts") && !files.some((file) => isAbout(test, file))),
    "a test of a part is named file-part.test.ts; tests of all sources are in test/sources",
  ).toEqual([]);
});

test("unit tests start no server and open no database", () => {
  const tests = new Map(readSources(import.meta.dirname).map((source) => [source.file, source]));
  const reached = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const imported of tests.get(file)?.imports ?? []) {
      if (!imported.isType && imported.file !== undefined) reached(imported.file, seen);
    }
    return seen;
  };
  const starts = (file: string): boolean =>
    /\b(?:createServer|createSocket|openDatabase|startHost)\(/.test(tests.get(file)?.text ?? "");
  const offenders = [...tests.keys()]
    .filter((file) => file.startsWith("unit/"))
    .flatMap((file) =>
      [...reached(file)].filter(starts).map((at) => (at === file ? file : `${file}: ${at}`)),
    );
  expect(offenders, "their place is test/integration").toEqual([]);
});
