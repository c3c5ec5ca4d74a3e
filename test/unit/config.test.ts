/** The environment as a configuration: defaults, every problem at once, and no value repeated. */
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CONFIG_KEYS, parseDuration, readConfig } from "../../src/config.ts";
import type { Environment } from "../../src/config.ts";
import { CallboardError } from "../../src/errors.ts";

const KEY = Buffer.alloc(32, 7);

function problemsOf(env: Environment): CallboardError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}
const pointersOf = (env: Environment) => problemsOf(env).errors.map(({ pointer }) => pointer);

test("nothing given is the dev profile on loopback, and cannot be changed afterwards", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    profile: "dev",
    host: "127.0.0.1",
    port: 2990,
    baseUrl: undefined,
    dataDir: resolve(".callboard"),
    databaseUrl: `sqlite:${join(resolve(".callboard"), "callboard.sqlite")}`,
    role: "all",
    requestTimeoutMs: 20_000,
    connectTimeoutMs: 5_000,
    endpointConcurrency: { primary: 20, secondary: 10 },
    allowNetworks: ["loopback"],
    bodyLimitBytes: 26_214_400,
    retentionMs: 30 * 86_400_000,
    bodyRetentionMs: 30 * 86_400_000,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("an empty value is as none", () => {
  expect(readConfig(Object.fromEntries(Object.keys(CONFIG_KEYS).map((key) => [key, ""])))).toEqual(
    readConfig({}),
  );
});

test("what is given is read", () => {
  const config = readConfig({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_HOST: "0.0.0.0",
    CALLBOARD_BASE_URL: "https://hooks.example.org/board/",
    CALLBOARD_MASTER_KEY: KEY.toString("hex"),
    CALLBOARD_RETRY_SCHEDULE: "200ms, 1s,5m",
    CALLBOARD_ENDPOINT_CONCURRENCY: "4",
    CALLBOARD_ALLOW_NETWORKS: "10.0.0.0/8, hooks.example.org",
    CALLBOARD_BODY_LIMIT: "1KiB",
    CALLBOARD_RETENTION: "7d",
    CALLBOARD_DNS_SERVERS: "192.0.2.53,192.0.2.53:5353,2001:db8::53,[2001:db8::53]:5353",
  });
  expect(config).toMatchObject({
    baseUrl: "https://hooks.example.org/board",
    masterKey: KEY,
    retryScheduleMs: [200, 1_000, 300_000],
    endpointConcurrency: { primary: 4, secondary: 4 },
    allowNetworks: ["10.0.0.0/8", "hooks.example.org"],
    bodyLimitBytes: 1_024,
    retentionMs: 7 * 86_400_000,
    bodyRetentionMs: 7 * 86_400_000,
  });
  expect(config.dnsServers).toHaveLength(4);
});

test("every problem is told at once, by its key, and no value is repeated", () => {
  const secret = "s3cret-that-must-not-be-seen";
  const wrong = {
    CALLBOARD_PROFILE: secret,
    CALLBOARD_PORT: "65536",
    CALLBOARD_BASE_URL: `ftp://${secret}`,
    CALLBOARD_DATABASE_URL: `mysql://${secret}`,
    CALLBOARD_ROLE: secret,
    CALLBOARD_ADMIN_TOKEN: "short",
    CALLBOARD_MASTER_KEY: secret,
    CALLBOARD_RETRY_SCHEDULE: "soon",
    CALLBOARD_REQUEST_TIMEOUT: "0s",
    CALLBOARD_CONNECT_TIMEOUT: "5",
    CALLBOARD_ENDPOINT_CONCURRENCY: "20,0",
    CALLBOARD_BODY_LIMIT: "0",
    CALLBOARD_QUEUE_LIMIT: "-1",
    CALLBOARD_RETENTION: "0d",
    CALLBOARD_BODY_RETENTION: "month",
    CALLBOARD_DNS_SERVERS: "ns.example.org",
    CALLBOARD_LOG_LEVEL: secret,
  };
  const error = problemsOf(wrong);
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.errors.map(({ pointer }) => pointer).toSorted()).toEqual(Object.keys(wrong).toSorted());
  expect(error.message + JSON.stringify(error.errors)).not.toContain(secret);
  for (const key of Object.keys(wrong)) expect(error.message).toContain(key);
});

describe("what goes together", () => {
  test("the dev profile only on loopback", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1"]) {
      expect(readConfig({ CALLBOARD_HOST: host, CALLBOARD_PROFILE: "dev" }).profile).toBe("dev");
    }
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"]) {
      expect(pointersOf({ CALLBOARD_HOST: host, CALLBOARD_PROFILE: "dev" })).toEqual(["CALLBOARD_PROFILE"]);
    }
  });

  test("elsewhere a profile must be given", () => {
    expect(pointersOf({ CALLBOARD_HOST: "0.0.0.0" })).toEqual(["CALLBOARD_PROFILE"]);
    expect(readConfig({ CALLBOARD_HOST: "0.0.0.0", CALLBOARD_PROFILE: "prod" }).allowNetworks).toEqual([]);
  });

  test("PostgreSQL needs the master key that all processes share", () => {
    const env = { CALLBOARD_DATABASE_URL: "postgres://user@db.example.org/callboard" };
    expect(pointersOf(env)).toEqual(["CALLBOARD_MASTER_KEY"]);
    expect(readConfig({ ...env, CALLBOARD_MASTER_KEY: KEY.toString("base64") }).masterKey).toEqual(KEY);
  });
});

test.each([
  ["200ms", 200],
  ["1.5s", 1_500],
  ["2h", 7_200_000],
  ["30d", 2_592_000_000],
  ["10", undefined],
  ["-1s", undefined],
  ["1 s", undefined],
  ["1w", undefined],
])("%j as a duration is %j ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
