/**
 * Three processes on one PostgreSQL behind the nginx of deploy/, replaced one after the other while a sender publishes. The
 * sender gives each event an id, and repeats a request at most once.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { NAME, startNginx } from "./proxy.ts";
import type { Proxy, Reply } from "./proxy.ts";
import { ROOT, describeWith } from "./programs.ts";

const PROCESSES = 3;
const SENDERS = 4;
const PAUSE_MS = 20;
/** As a sender does that follows Retry-After, in short. */
const REPEAT_AFTER_MS = 1_000;
const TOKEN = "a-token-of-all-three-processes";

describeWith(["nginx"], "a rolling restart behind nginx", () => {
  let folder: string;
  let postgres: Postgres;
  let receiver: Receiver;
  let proxy: Proxy;
  let ports: readonly number[];
  let servers: ServeProcess[];
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "callboard-rolling-"));
    postgres = await startPostgres();
    receiver = await startReceiver();
    env = {
      CALLBOARD_PROFILE: "prod",
      CALLBOARD_BASE_URL: `https://${NAME}`,
      CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
      CALLBOARD_ALLOW_NETWORKS: "127.0.0.1",
      CALLBOARD_DATABASE_URL: await postgres.newUrl(),
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
      CALLBOARD_ADMIN_TOKEN: TOKEN,
    };
    ports = await Promise.all(Array.from({ length: PROCESSES }, freePort));
    servers = await Promise.all(ports.map(startOn));
    proxy = await startNginx(ports);
    for (const [path, body] of [
      ["/api/v1/sites", { key: "tracker", product: "jira", name: "Tracker" }],
      [
        "/api/v1/sites/tracker/webhooks",
        { name: "Board", url: receiver.url, events: ["jira:issue_created"] },
      ],
    ] as const) {
      expect([path, (await post(path, body)).status]).toEqual([path, 201]);
    }
  });
  afterAll(async () => {
    await proxy.stop();
    for (const { send, ended } of servers) {
      send("SIGTERM");
      await ended;
    }
    await receiver.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const startOn = (port: number) =>
    startServeProcess({
      command: process.execPath,
      args: [join(ROOT, "bin/callboard.cjs"), "serve", "--port", String(port)],
      cwd: folder,
      env: { ...env, CALLBOARD_DATA_DIR: join(folder, String(port)) },
    });
  const post = (path: string, body: object): Promise<Reply> =>
    proxy.ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });

  test("loses no event, and fails no sender that repeats once", async () => {
    const accepted: string[] = [];
    const failed: unknown[] = [];
    let repeated = 0;
    let isOver = false;

    const publish = (id: string) =>
      post("/api/v1/sites/tracker/events", {
        id,
        event: "jira:issue_created",
        payload: { issue: { key: id } },
      }).then(
        ({ status, text }) => (status === 202 ? undefined : `${status} ${text}`),
        (error: unknown) => String(error),
      );
    async function send(sender: number): Promise<void> {
      for (let count = 0; !isOver; count += 1) {
        const id = `${sender}-${count}`;
        let problem = await publish(id);
        if (problem !== undefined) {
          repeated += 1;
          await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
          problem = await publish(id);
        }
        if (problem === undefined) accepted.push(id);
        else failed.push(problem);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
    const sending = Array.from({ length: SENDERS }, (_, sender) => send(sender));

    for (const [index, port] of ports.entries()) {
      const before = servers[index]!;
      before.send("SIGTERM");
      expect(await before.ended).toBe(0);
      servers[index] = await startOn(port);
    }
    isOver = true;
    await Promise.all(sending);

    const arrived = () =>
      receiver.received.map(({ body }) => {
        const { issue } = JSON.parse(body.toString()) as { readonly issue: { readonly key: string } };
        return issue.key;
      });
    await waitFor(() => expect(new Set(arrived()).size).toBe(accepted.length), 30_000);
    const doubled = arrived().length - accepted.length;
    console.log(
      `rolling restart: ${accepted.length} events, ${repeated} repeated, ${doubled} delivered twice`,
    );
    expect(failed).toEqual([]);
    expect(accepted.length).toBeGreaterThan(200);
    expect(new Set(arrived())).toEqual(new Set(accepted));
    expect(doubled).toBe(0);
  });
});
