/** Who may import whom, and where each package with a cost or a danger has its one home. Read from the source's own imports. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../src");
const LEAVES = [
  "database-url",
  "closers",
  "directory",
  "errors",
  "foreign-text",
  "methods",
  "rate-limit",
  "steady",
  "version",
];

/** A room may always import itself and the leaves. Data flows downwards in this list. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  closers: [],
  directory: [],
  "database-url": [],
  errors: [],
  "foreign-text": [],
  methods: [],
  "rate-limit": [],
  steady: [],
  version: [],
  logger: [],
  config: ["logger", "host/model"],
  "host/model": ["catalogue", "json"],
  json: [],
  protocol: [],
  catalogue: ["json", "protocol"],
  egress: [],
  "host/store": ["host/model", "catalogue", "protocol", "logger"],
  "host/admin": ["host/model", "config", "catalogue", "protocol", "host/store"],
  "host/descriptor": ["host/model", "catalogue", "egress", "json", "protocol"],
  "host/registry": ["host/model", "catalogue", "egress", "logger", "protocol", "host/store"],
  "host/events": ["host/model", "catalogue", "json", "logger", "host/store"],
  "host/delivery": ["host/model", "catalogue", "egress", "json", "logger", "protocol", "host/store"],
  "host/sent-log": ["host/model", "catalogue", "host/store"],
  "host/observe": ["host/model", "logger", "host/store", "host/events", "host/delivery"],
  "host/retention": ["host/model", "logger", "host/store"],
  "host/web": [
    "host/model",
    "config",
    "catalogue",
    "json",
    "logger",
    "protocol",
    "host/store",
    "host/admin",
    "host/registry",
    "host/events",
    "host/delivery",
    "host/sent-log",
    "host/observe",
  ],
  // The composition root knows every room; its parts stand beside it.
  "host/index": ["*"],
  "host/services": ["*"],
  "host/webhook-services": ["*"],
  "host/page-services": ["*"],
  addon: ["catalogue", "egress", "json", "protocol"],
  inspector: ["addon", "catalogue", "json"],
  cli: ["config", "egress", "protocol", "logger", "catalogue", "host/index", "inspector"],
  main: ["cli"],
};

const ONLY_IN: Readonly<Record<string, RegExp>> = {
  sequelize: /^host\/store\//,
  sqlite3: /^host\/store\//,
  pg: /^host\/store\//,
  got: /^egress\//,
  undici: /^egress\//,
  "atlassian-jwt": /^protocol\//,
  jsonwebtoken: /^protocol\//,
  express: /^(host\/web|addon|inspector)\/|^methods\.ts$/,
  eta: /^(host\/web|inspector)\//,
  commander: /^cli\//,
  "prom-client": /^host\/observe\//,
  "@opentelemetry/api": /^host\/observe\//,
};

/** What the web may take from the store at run time: names and ids, nothing that reads or writes. */
const STORE_FOR_WEB = /^host\/store\/(ids|tokens|deliveries|lifecycle-calls)\.ts$/;

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

function roomOf(file: string): string {
  const parts = file.replace(/\.ts$/, "").split("/");
  return parts[0] === "host" ? parts.slice(0, 2).join("/") : parts[0]!;
}

interface Import {
  readonly path: string;
  readonly isType: boolean;
}

function importsOf(file: string): readonly Import[] {
  const source = readFileSync(join(SRC, file), "utf8");
  return [
    ...source.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ].map((match) => ({ path: (match[2] ?? match[3])!, isType: match[1] !== undefined }));
}

describe.each(files)("%s", (file) => {
  const imports = importsOf(file);
  const own = imports
    .filter(({ path }) => path.startsWith("."))
    .map((each) => ({ ...each, path: normalize(join(dirname(file), each.path)) }));

  test("imports only from the rooms before it", () => {
    const room = roomOf(file);
    const allowed = MAY_IMPORT[room];
    expect(allowed, `${room} is not a room of the map`).toBeDefined();
    const wrong = own
      .map(({ path }) => roomOf(path))
      .filter((target) => target !== room && !LEAVES.includes(target))
      .filter((target) => !allowed!.includes(target) && !allowed!.includes("*"));
    expect(wrong, `${room} must not import`).toEqual([]);
  });

  test("uses guarded packages only in their home", () => {
    const wrong = imports.filter(({ path }) => ONLY_IN[path] !== undefined && !ONLY_IN[path].test(file));
    expect(wrong).toEqual([]);
  });

  test("reads the environment only at the door", () => {
    if (!/^(config|main|cli\/)/.test(file)) {
      expect(readFileSync(join(SRC, file), "utf8")).not.toMatch(/process\.env\b/);
    }
  });

  test("leaves the store to the rooms behind the web", () => {
    if (!file.startsWith("host/web/")) return;
    const wrong = own.filter(
      ({ path, isType }) => !isType && path.startsWith("host/store/") && !STORE_FOR_WEB.test(path),
    );
    expect(wrong).toEqual([]);
  });
});
