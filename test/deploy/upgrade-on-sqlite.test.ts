/** A database file of an earlier version, with data and a delivery that waits, on the present version. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { EARLIER_COMMITS, buildCommit, isBuildable } from "./earlier-builds.ts";
import { ROOT } from "./programs.ts";

const TOKEN = "a-token-of-both-versions";
const execute = promisify(execFile);

describe("a database file", () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-sqlite-upgrade-"));
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(EARLIER_COMMITS).filter(([, commit]) => isBuildable(commit)))(
    "of %s keeps what it has, and sends what waits",
    { timeout: 120_000 },
    async (_name, commit) => {
      const earlier = buildCommit(commit, folder);
      const env = {
        CALLBOARD_DATA_DIR: join(folder, `${commit}-data`),
        CALLBOARD_ADMIN_TOKEN: TOKEN,
        CALLBOARD_PORT: "0",
      };
      receiver.received.splice(0);
      receiver.answer = answerStatus(503);
      const { id } = await onServer(earlier, env, async (call) => {
        await call("POST", "/sites/jira/webhooks", {
          name: "Board",
          url: receiver.url,
          events: ["jira:issue_created"],
          retryProfile: "standard",
        });
        const event = await call("POST", "/sites/jira/events", {
          id: "kept",
          event: "jira:issue_created",
          payload: { issue: { key: "DEMO-1" } },
        });
        await waitFor(() => expect(receiver.received).toHaveLength(1));
        return (event as { readonly deliveries: readonly [{ readonly id: string }] }).deliveries[0];
      });

      receiver.answer = answer204;
      await onServer(ROOT, env, async (call) => {
        await waitFor(
          async () => expect(await call("GET", `/deliveries/${id}`)).toMatchObject({ state: "delivered" }),
          60_000,
        );
        expect(
          await call("POST", "/sites/jira/events", {
            id: "kept",
            event: "jira:issue_created",
            payload: { issue: { key: "DEMO-1" } },
          }),
        ).toMatchObject({ duplicate: true });
        expect(await call("GET", "/sites/jira/webhooks")).toMatchObject({
          items: [{ name: "Board", url: receiver.url }],
        });
      });
      const { stdout } = await execute(process.execPath, [join(ROOT, "bin/callboard.cjs"), "db", "check"], {
        cwd: folder,
        env: { ...process.env, ...env },
      });
      expect(stdout).toContain("no problem");
    },
  );

  type Call = (method: string, path: string, body?: object) => Promise<unknown>;

  /** Runs a server of this build while the work is done. */
  async function onServer<T>(
    root: string,
    env: Readonly<Record<string, string>>,
    work: (call: Call) => Promise<T>,
  ): Promise<T> {
    const server = await startServeProcess({
      command: process.execPath,
      args: [join(root, "bin/callboard.cjs"), "serve"],
      cwd: folder,
      env,
    });
    try {
      return await work(async (method, path, body) => {
        const response = await fetch(`${server.url}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const json: unknown = await response.json();
        if (!response.ok) throw new Error(JSON.stringify(json));
        return json;
      });
    } finally {
      server.send("SIGTERM");
      await server.ended;
    }
  }
});
