import { describe, expect, test } from "vitest";
import { shownDatabase, startText } from "../../../src/cli/start-text.ts";
import { VERSION } from "../../../src/version.ts";

const CONFIG = {
  profile: "dev",
  role: "all",
  databaseUrl: "sqlite:/data/a.sqlite",
  dataDir: "/data",
} as const;
type Started = Parameters<typeof startText>[1];
type FirstToken = Started["firstRun"]["firstToken"];

function lines(
  firstToken: FirstToken,
  config: Partial<Parameters<typeof startText>[0]> = {},
  url = "http://127.0.0.1:2990",
) {
  const started = {
    url,
    listens: "127.0.0.1:2990",
    firstRun: { tokenFile: "/data/token", firstToken },
  } as Started;
  return startText({ ...CONFIG, ...config }, started);
}
const MADE: FirstToken = { kind: "made", token: "cbt_secret" };
const KEPT: FirstToken = { kind: "kept" };

describe("the first start in dev", () => {
  test("says where everything is, and how an add-on comes to it", () => {
    expect(lines(MADE)).toEqual([
      `Callboard ${VERSION}  profile dev  role all`,
      "",
      "  Listens   127.0.0.1:2990",
      "  Base URL  http://127.0.0.1:2990",
      "  Admin     http://127.0.0.1:2990/admin",
      "  API       http://127.0.0.1:2990/api/v1   described by http://127.0.0.1:2990/api/openapi.json",
      "  Health    http://127.0.0.1:2990/healthz  /readyz  /metrics",
      "  Database  sqlite:/data/a.sqlite",
      "  Data      /data",
      "  Token     cbt_secret   (shown only once; saved to /data/token)",
      "",
      'An atlassian-connect-express app installs itself with these lines in "development" of its config.json:',
      '  "hosts": ["http://admin:cbt_secret@localhost:2990/jira"]',
      "and this variable in its environment:",
      "  CONNECT_KEYS_CDN_URL=http://127.0.0.1:2990/keys",
      "Install any other add-on from its descriptor: callboard install URL",
      "",
    ]);
  });
});

test.each([
  [KEPT, "in /data/token", "<the token in /data/token>"],
  [{ kind: "configured" }, "the value of CALLBOARD_ADMIN_TOKEN", "<an API token>"],
  [{ kind: "revoked" }, "revoked: CALLBOARD_ADMIN_TOKEN has a revoked token", "<an API token>"],
  [{ kind: "elsewhere" }, "not in /data/token, created by an earlier start", "<an API token>"],
] as const)("a token that is %j is not shown", (firstToken, shown, password) => {
  const text = lines(firstToken).join("\n");

  expect(text).toContain(`Token     ${shown}`);
  expect(text).toContain(`http://admin:${password}@localhost:2990/jira`);
});

test("in prod the token is shown nowhere, and sites are to be added", () => {
  const text = lines(MADE, { profile: "prod" }).join("\n");

  expect(text).not.toContain("cbt_secret");
  expect(text).not.toContain("hosts");
  expect(text).toContain("Token     in /data/token");
  expect(text).toContain("callboard sites create KEY --product jira");
});

test("a worker says nothing of what it does not serve", () => {
  expect(lines(KEPT, { role: "worker", databaseUrl: "postgres://u:secret@db/app" })).toEqual([
    `Callboard ${VERSION}  profile dev  role worker`,
    "",
    "  Listens   127.0.0.1:2990",
    "  Health    http://127.0.0.1:2990/healthz  /readyz  /metrics   (a worker serves nothing else)",
    `  Database  ${shownDatabase("postgres://u:secret@db/app")}`,
    "",
  ]);
});

test.each([
  ["http://127.0.0.1:2990", "http://admin:cbt_secret@localhost:2990/jira"],
  ["http://127.0.0.1", "http://admin:cbt_secret@localhost/jira"],
  ["https://callboard.example/base/", "https://admin:cbt_secret@callboard.example/base/jira"],
  ["http://127.0.0.10:2990", "http://admin:cbt_secret@127.0.0.10:2990/jira"],
])("an app at %s has %s in its hosts", (url, entry) => {
  expect(lines(MADE, {}, url).join("\n")).toContain(`"hosts": [${JSON.stringify(entry)}]`);
});

test.each([
  ["sqlite:/data/a.sqlite", "sqlite:/data/a.sqlite"],
  ["postgres://u:secret@db.example:6432/app", "db.example"],
  ["postgres://[", "a PostgreSQL database"],
])("the database %s is shown as %s, never with a password", (url, shown) => {
  expect(shownDatabase(url)).toContain(shown);
  expect(shownDatabase(url)).not.toContain("secret");
});
