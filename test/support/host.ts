/** A real host on a free port, with a fresh database, and a client that knows its token. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { BUILT_IN_PRODUCTS } from "../../src/catalogue/index.ts";
import type { Product } from "../../src/catalogue/index.ts";
import { realClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import type { Environment } from "../../src/config.ts";
import { createHost } from "../../src/host/index.ts";
import type { RunningHost } from "../../src/host/index.ts";
import { silentLogger } from "../../src/logger.ts";
import type { Logger } from "../../src/logger.ts";
import { testConfig } from "./config.ts";
import { prepareDataDirectory, sharedSigningKey } from "./prepared.ts";
import { quickRequest } from "./raw-request.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, looked at freely in assertions. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly text: string;
}

export interface TestHost {
  readonly host: RunningHost;
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  /** A JSON request with the first token, unless `headers` say otherwise; an empty header value leaves it out. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Reply>;
  readonly stop: () => Promise<void>;
}

/** With one of these a test says itself what its database and its keys are. */
const CHOSEN_ELSEWHERE = ["CALLBOARD_DATA_DIR", "CALLBOARD_DATABASE_URL", "CALLBOARD_MASTER_KEY"];

/** Settings of several processes on one database: all of them know the same keys. */
export const environmentOfSeveral = (databaseUrl: string) => ({
  CALLBOARD_DATABASE_URL: databaseUrl,
  CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
  CALLBOARD_ADMIN_TOKEN: "a-token-that-both-processes-know",
});

export async function startTestHost(
  env: Environment = {},
  logger: Logger = silentLogger,
  products: readonly Product[] = BUILT_IN_PRODUCTS,
  clock: Clock = realClock,
): Promise<TestHost> {
  const { config, remove } = testConfig(env);
  const isOwn = CHOSEN_ELSEWHERE.every((setting) => env[setting] === undefined);
  if (isOwn) await prepareDataDirectory(config.dataDir, config.databaseUrl);
  const host = await createHost({
    config,
    logger,
    products,
    clock,
    createSigningKey: sharedSigningKey,
  }).start();
  const token = config.adminToken ?? readFileSync(host.firstRun.tokenFile, "utf8").trim();

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const sent = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const reply = await quickRequest({
      url: host.url + path,
      method,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== "")),
      body:
        body === undefined || typeof body === "string" || body instanceof Uint8Array
          ? body
          : JSON.stringify(body),
    });
    const received = new Headers();
    for (const [name, value = []] of Object.entries(reply.headers)) {
      for (const each of [value].flat()) received.append(name, each);
    }
    const isJson = (received.get("content-type") ?? "").includes("json");
    return { ...reply, headers: received, body: isJson ? JSON.parse(reply.text) : undefined };
  }

  return {
    host,
    url: host.url,
    token,
    dataDir: config.dataDir,
    call,
    stop: async () => {
      await host.stop();
      remove();
    },
  };
}
