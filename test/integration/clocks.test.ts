/** Computers whose clocks are wrong, and are set while Callboard runs: nothing is sent twice, and nothing waits for longer. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
const SHIFTED = join(import.meta.dirname, "../fixtures/clock/shifted.mjs");
const TOKEN = "a-token-that-all-processes-know";
const MASTER_KEY = randomBytes(32).toString("hex");

/** A process whose computer's clock is off by `shiftMs`, and is set by `stepMs` on SIGWINCH. */
async function serve(env: Readonly<Record<string, string>>, shiftMs = 0, stepMs = 0): Promise<ServeProcess> {
  const cwd = mkdtempSync(join(tmpdir(), "callboard-clock-"));
  const served = await startServeProcess({
    command: process.execPath,
    args: ["--import", SHIFTED, CALLBOARD, "serve", "--port", "0", "--log-level", "debug"],
    cwd,
    env: {
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      CLOCK_SHIFT_MS: String(shiftMs),
      CLOCK_STEP_MS: String(stepMs),
      ...env,
    },
  });
  onTestFinished(async () => {
    served.send("SIGTERM");
    await served.ended;
    rmSync(cwd, { recursive: true, force: true });
  });
  return served;
}

async function receiver(answer: Answer): Promise<Receiver> {
  const started = await startReceiver(answer);
  onTestFinished(started.close);
  return started;
}

async function post({ url }: ServeProcess, path: string, body: object): Promise<void> {
  const response = await fetch(`${url}/api/v1/sites/jira/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).toBe(true);
}

const addWebhook = (host: ServeProcess, url: string) => post(host, "webhooks", { name: "Board", url });
const event = (host: ServeProcess, n = 0) =>
  post(host, "events", { event: "jira:issue_created", payload: { issue: { key: `DEMO-${n}` } } });

const listIds = (receivers: readonly Receiver[]) =>
  receivers.flatMap(({ received }) =>
    received.map(({ headers }) => String(headers["x-atlassian-webhook-identifier"] ?? headers["webhook-id"])),
  );

test.each([60_000, -60_000])(
  "two processes whose clocks differ by %i ms send 240 slow deliveries once each",
  async (shiftMs) => {
    const env = { CALLBOARD_DATABASE_URL: await newPostgresUrl() };
    const right = await serve(env);
    const wrong = await serve(env, shiftMs);
    const receivers = await Promise.all(
      Array.from({ length: 12 }, () =>
        receiver((_request, response) => void setTimeout(() => response.writeHead(204).end(), 1_000)),
      ),
    );
    for (const [index, { url }] of receivers.entries()) await addWebhook(index % 2 ? right : wrong, url);

    for (let n = 0; n < 20; n += 1) await event(n % 2 ? right : wrong, n);
    await waitFor(() => expect(new Set(listIds(receivers)).size).toBe(240), 60_000);
    // What was taken over wrongly would be sent again as soon as a lease is swept, every half second.
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(listIds(receivers)).toHaveLength(240);
    expect(right.output() + wrong.output()).not.toContain("delivery.leases-expired");
  },
  120_000,
);

test.each(["SQLite", "PostgreSQL"])(
  "on %s a retry comes when it is due, although the computer's clock was set two hours back, and forward again",
  async (name) => {
    const env: Record<string, string> =
      name === "SQLite" ? {} : { CALLBOARD_DATABASE_URL: await newPostgresUrl() };
    const steps = [-7_200_000, 7_200_000];
    for (const step of steps) {
      const host = await serve({ ...env, CALLBOARD_RETRY_SCHEDULE: "3s" }, 0, step);
      const flaky = await receiver((request, response, count) =>
        count === 1 ? void response.writeHead(503).end() : answer204(request, response, count),
      );
      await addWebhook(host, flaky.url);
      await event(host);
      await waitFor(() => expect(flaky.received).toHaveLength(1));
      const attemptedAt = performance.now();

      host.send("SIGWINCH");

      await waitFor(() => expect(flaky.received).toHaveLength(2), 30_000);
      // Never sooner than it is due, as a clock set forward would have it; how soon afterwards is the machine's affair.
      expect(performance.now() - attemptedAt).toBeGreaterThan(2_500);
      host.send("SIGTERM");
      await host.ended;
    }
  },
  120_000,
);
