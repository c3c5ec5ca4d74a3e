/** A worker that is killed under load: nothing is lost, and what it held is sent by another one within one lease. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CLI = join(import.meta.dirname, "../../bin/callboard.cjs");
const EVENTS = 400;
const RESPONSE_MS = 100;
/** The request timeout and 5 s; a sweep each half second finds what has run out. */
const LEASE_MS = 6_000;
const SWEEP_MS = 500;
/** For a machine that does much else. */
const MARGIN_MS = 5_000;

test("kill -9 of one of two workers loses nothing and delays nothing beyond one lease", async () => {
  const env = { ...environmentOfSeveral(await newPostgresUrl()), CALLBOARD_REQUEST_TIMEOUT: "1s" };
  const api = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  onTestFinished(() => api.stop());
  const workers = await Promise.all(
    [1, 2].map(async () => {
      const directory = mkdtempSync(join(tmpdir(), "callboard-worker-"));
      const worker = await startServeProcess({
        command: process.execPath,
        args: [CLI, "serve", "--role", "worker"],
        cwd: directory,
        env: { ...env, CALLBOARD_PORT: "0", CALLBOARD_DATA_DIR: directory },
      });
      onTestFinished(async () => {
        worker.send("SIGKILL");
        await worker.ended;
        rmSync(directory, { recursive: true, force: true });
      });
      return worker;
    }),
  );
  const receiver = await startReceiver((_request, response) => {
    setTimeout(() => response.writeHead(204).end(), RESPONSE_MS);
  });
  onTestFinished(() => receiver.close());
  await api.call("POST", "/api/v1/sites/jira/webhooks", { name: "All", url: receiver.url });

  const events = Array.from({ length: EVENTS }, (_, mark) => ({
    event: "jira:issue_created",
    payload: { mark },
  }));
  await api.call("POST", "/api/v1/sites/jira/events/batch", { events });
  await waitFor(() => expect(receiver.received.length).toBeGreaterThan(40));
  workers[0]?.sendToFirst("SIGKILL");
  const killedAt = performance.now();
  const marks = () =>
    new Set(receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { mark: number }).mark));
  await waitFor(() => expect(marks().size).toBe(EVENTS), 60_000);
  expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + SWEEP_MS + MARGIN_MS);
  const { body } = await api.call("GET", "/api/v1/deliveries?state=failed");
  expect(body.items).toEqual([]);
}, 90_000);
