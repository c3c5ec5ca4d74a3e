/** Three processes on one PostgreSQL behind the nginx of deploy/, with a webhook, an add-on and senders of events. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "../support/free-port.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import type { PgBouncer } from "../support/pgbouncer.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { NAME, startNginx } from "./proxy.ts";
import type { Proxy, Reply } from "./proxy.ts";
import { ROOT } from "./programs.ts";
import { startSending } from "./sending.ts";
import type { Sending } from "./sending.ts";

const PROCESSES = 3;
const TOKEN = "a-token-of-all-three-processes";
/** Every tenth event of a sender is refused once by the webhook's receiver. */
const REFUSED_ONCE = /0$/;
/** Path of the webhook. */
const BOARD = "/board";

export interface Stage {
  readonly folder: string;
  readonly postgres: Postgres;
  readonly pool: PgBouncer | undefined;
  readonly receiver: Receiver;
  readonly addon: SampleAddon;
  /** Those that run now. */
  readonly servers: ServeProcess[];
  /** Environment of each process. */
  readonly env: Readonly<Record<string, string>>;
  /** A request of an administrator through the proxy. */
  readonly call: (method: string, path: string, body?: object) => Promise<Reply>;
  /** Publishes past the proxy, to one process. Resolves to the number of deliveries. */
  readonly publishTo: (index: number, event: string) => Promise<number>;
  /** Senders repeat a request that failed at most once, or as often as they are told. */
  readonly startSending: (mostRepeats?: number) => Sending;
  /** Starts a process of this build in the place of one that has ended. */
  readonly start: (index: number, root: string) => Promise<void>;
  /** Ends a process as a supervisor does, and starts one of this build in its place. */
  readonly replace: (index: number, root: string) => Promise<void>;
  /** Keys of the issues, as often as the webhook took them, and the add-on got them with a valid signature. */
  readonly arrived: () => { readonly webhook: readonly string[]; readonly addon: readonly string[] };
  /** What reached the webhook. */
  readonly arrivals: readonly Arrival[];
  readonly close: () => Promise<void>;
}

export interface Arrival {
  readonly key: string;
  /** Milliseconds since the process began. */
  readonly at: number;
}

export interface StageOptions {
  /** Root of the build that the processes are of. */
  readonly root?: string;
  /** A pooler that the processes connect through. */
  readonly pooler?: (server: string) => Promise<PgBouncer>;
  /** Time that the webhook's receiver takes. */
  readonly responseMs?: number;
}

export async function openStage({ root = ROOT, pooler, responseMs = 0 }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-rolling-"));
  const postgres = await startPostgres();
  const pool = await pooler?.(postgres.url);
  const taken: Arrival[] = [];
  const receiver = await startReceiver(refuseSomeOnce(taken, responseMs));
  const databaseUrl = await postgres.newUrl();
  const env = {
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_BASE_URL: `https://${NAME}`,
    CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
    CALLBOARD_ALLOW_NETWORKS: "127.0.0.1",
    CALLBOARD_DATABASE_URL: pool?.toUrl(databaseUrl) ?? databaseUrl,
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  };
  const ports = await Promise.all(Array.from({ length: PROCESSES }, freePort));
  const startOn = (port: number, build: string) =>
    startServeProcess({
      command: process.execPath,
      args: [join(build, "bin/callboard.cjs"), "serve", "--port", String(port)],
      cwd: folder,
      env: { ...env, CALLBOARD_DATA_DIR: join(folder, String(port)) },
    });
  const servers = await Promise.all(ports.map((port) => startOn(port, root)));
  const proxy = await startNginx(ports);
  const call = (method: string, path: string, body?: object) => callThrough(proxy, { method, path, body });
  const addon = await startSampleAddon({
    findPublicKey: async (kid) => (await proxy.ask(`/keys/${kid}`)).text,
  });
  await furnish(call, { receiver, addon });

  const start = async (index: number, build: string) => {
    servers[index] = await startOn(ports[index]!, build);
  };
  return {
    folder,
    postgres,
    pool,
    receiver,
    addon,
    servers,
    env,
    call,
    publishTo: (index, event) => publishTo(ports[index]!, event),
    startSending: (mostRepeats = 1) =>
      startSending((body) => call("POST", "/api/v1/sites/tracker/events", body), mostRepeats),
    start,
    replace: async (index, build) => {
      servers[index]!.send("SIGTERM");
      expect(await servers[index]!.ended).toBe(0);
      await start(index, build);
    },
    arrivals: taken,
    arrived: () => ({
      webhook: taken.map(({ key }) => key),
      addon: addon.callbacks.flatMap(({ path, signature, payload }) =>
        path.includes("/hooks/created") && signature === "HS256"
          ? [(payload as unknown as IssueBody).issue.key]
          : [],
      ),
    }),
    close: async () => {
      await proxy.stop();
      for (const { send, ended } of servers) {
        send("SIGTERM");
        await ended;
      }
      await addon.close();
      await receiver.close();
      await pool?.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface IssueBody {
  readonly issue: { readonly key: string };
}

/** Notes what it took. */
function refuseSomeOnce(taken: Arrival[], responseMs: number): Receiver["answer"] {
  const refused = new Set<string>();
  return (request, response, count) => {
    const { issue } = JSON.parse(request.body.toString()) as IssueBody;
    if (REFUSED_ONCE.test(issue.key) && !refused.has(issue.key)) {
      refused.add(issue.key);
      response.writeHead(503).end();
      return;
    }
    if (request.url === BOARD) taken.push({ key: issue.key, at: performance.now() });
    if (responseMs === 0) answer204(request, response, count);
    else setTimeout(() => answer204(request, response, count), responseMs);
  };
}

const callThrough = (
  proxy: Proxy,
  {
    method,
    path,
    body,
  }: { readonly method: string; readonly path: string; readonly body?: object | undefined },
): Promise<Reply> =>
  proxy.ask(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
  });

async function furnish(
  call: Stage["call"],
  { receiver, addon }: Pick<Stage, "receiver" | "addon">,
): Promise<void> {
  for (const [path, body] of [
    ["/api/v1/sites", { key: "tracker", product: "jira", name: "Tracker" }],
    [
      "/api/v1/sites/tracker/webhooks",
      {
        name: "Board",
        url: `${receiver.url}${BOARD}`,
        events: ["jira:issue_created"],
        retryProfile: "standard",
      },
    ],
    ["/api/v1/sites/tracker/addons", { descriptorUrl: addon.descriptorUrl }],
  ] as const) {
    const { status, text } = await call("POST", path, body);
    expect([path, status, text]).toEqual([path, 201, text]);
  }
}

function publishTo(port: number, event: string): Promise<number> {
  const body = JSON.stringify({ event, payload: { issue: { key: "DIRECT-1" } } });
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path: "/api/v1/sites/tracker/events",
        method: "POST",
        headers: { host: NAME, authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.once("end", () => {
          const { deliveries } = JSON.parse(text) as { readonly deliveries?: readonly unknown[] };
          if (response.statusCode === 202 && deliveries !== undefined) resolve(deliveries.length);
          else reject(new Error(`${response.statusCode} ${text}`));
        });
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}
