/** The process's own output: one JSON line per step, and no secret in it. */
import { expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import type { Fields, LogLevel } from "../../src/logger.ts";

function writeLine(fields: Fields, level: LogLevel = "debug"): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  createLogger(level, (line) => void lines.push(line)).info("step", fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  return JSON.parse(lines[0] ?? "") as Readonly<Record<string, unknown>>;
}

test("a line has the time, the level, the event and its fields", () => {
  expect(writeLine({ site: "jira", count: 3, large: 2n ** 60n, text: "two\nlines" })).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: "info",
    event: "step",
    site: "jira",
    count: 3,
    large: "1152921504606846976",
    text: "two\nlines",
  });
});

test("lines below the level are dropped", () => {
  const lines: string[] = [];
  const logger = createLogger("warn", (line) => void lines.push(line));
  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["c", "d"]);
  createLogger("silent", (line) => void lines.push(line)).error("e");
  expect(lines).toHaveLength(2);
});

test.each([
  "sharedSecret",
  "previous_secret",
  "Authorization",
  "cookie",
  "password",
  "token",
  "api_token",
  "tokenHash",
  "masterKey",
  "privateKey",
])("a field named %s is redacted at any depth", (name) => {
  expect(JSON.stringify(writeLine({ a: [{ b: { [name]: "hidden" } }] }))).not.toContain("hidden");
});

test.each([
  "https://addon.example.org/x?a=1&jwt=hidden",
  "postgres://user:hidden@db.example.org/callboard",
  "postgres://db.example.org/callboard?password=hidden",
  "authorization: JWT hidden",
  "authorization: Bearer hidden",
  "authorization: Basic hidden",
  "POST /jira/ingest/hidden",
  "GET /admin/login/hidden",
  "the token cb_0123456789ab_hidden-hidden_hidden is unknown",
  "signed with whsec_hidden/hidden+hidden=",
])("the secret in %j is redacted in a field, an error and its cause", (text) => {
  const error = new Error(text, { cause: new Error(text) });
  expect(JSON.stringify(writeLine({ text, list: [text], error }))).not.toContain("hidden");
});

test("text without secrets is unchanged", () => {
  const url = "https://addon.example.org:8080/hook?issue=DEMO-7#@";
  expect(writeLine({ url, addonKey: "org.example.bell", kid: "a-b" })).toMatchObject({
    url,
    addonKey: "org.example.bell",
    kid: "a-b",
  });
});

test("an error with itself as its cause is written", () => {
  const loop: Record<string, unknown> = { name: "loop" };
  loop["self"] = loop;
  expect(JSON.stringify(writeLine({ loop }))).toContain("[deep]");
});
