/** The server with the memory of a small container: what is hostile is refused, and the process lives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startServeProcess } from "../support/serve-process.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
const TOKEN = "cb_a-token-of-the-test-with-a-small-heap-0123456789";
const SIZE = 24_900_000;
const EVENTS = "/api/v1/sites/jira/events";

const filled = (before: string, piece: string, after: string) =>
  before + piece.repeat(Math.floor((SIZE - before.length - after.length) / piece.length)) + after;

test("with a heap of 512 MB, 24.9 MB of small values are refused and the server goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-heap-"));
  const host = await startServeProcess({
    command: process.execPath,
    args: ["--max-old-space-size=512", CALLBOARD, "serve", "--port", "0"],
    cwd: folder,
    env: { CALLBOARD_ADMIN_TOKEN: TOKEN },
  });
  onTestFinished(async () => {
    host.send("SIGTERM");
    await host.ended;
    rmSync(folder, { recursive: true });
  });
  const post = async (path: string, body: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const response = await fetch(host.url + path, { method: "POST", headers, body });
    return [response.status, ((await response.json()) as { readonly code?: string }).code];
  };

  const tooComplex = [413, "BODY_TOO_COMPLEX"];
  expect(
    await post(EVENTS, filled('{"event":"jira:issue_created","payload":{"a":[', "{},", "{}]}}")),
  ).toEqual(tooComplex);
  expect(await post(EVENTS, filled("{", '"a":1,', '"event":"e"}'))).toEqual([400, "BODY_DUPLICATE_KEY"]);
  expect(await post(`${EVENTS}/batch`, filled('{"events":[', "{},", "{}]}"))).toEqual(tooComplex);
  expect(
    await post("/jira/ingest", filled('{"webhookEvent":"jira:issue_created","a":[', "[],", "[]]}")),
  ).toEqual(tooComplex);
  expect(await post(EVENTS, '{"event":"jira:issue_created"}')).toEqual([202, undefined]);
});
