/** The environment as a configuration: defaults, every problem at once, and no value repeated. */
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CONFIG_KEYS, configWarnings, readConfig, unknownKeys } from "../../src/config.ts";
import { parseDuration } from "../../src/duration.ts";
import type { Environment } from "../../src/config.ts";
import { CallboardError } from "../../src/errors.ts";

const KEY = Buffer.from("0123456789abcdefghijklmnopqrstuv");

function catchProblems(env: Environment): CallboardError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}
const listPointers = (env: Environment) => catchProblems(env).errors.map(({ pointer }) => pointer);

test("an empty environment gives the dev profile on loopback, frozen", () => {
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

describe.each(Object.keys(CONFIG_KEYS))("%s", (key) => {
  test.each(["", " ", "\n", "\t \r\n", "\uFEFF"])("the value %j counts as not set", (value) => {
    expect(readConfig({ [key]: value })).toEqual(readConfig({}));
  });
});

test("spaces, line ends and a byte order mark around a value are ignored", () => {
  const given = {
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_PORT: "8080",
    CALLBOARD_BASE_URL: "https://hooks.example.org",
    CALLBOARD_ADMIN_TOKEN: "a-token-of-more-than-twenty-characters",
    CALLBOARD_MASTER_KEY: KEY.toString("base64"),
    CALLBOARD_DATABASE_URL: "postgres://user@db.example.org/callboard",
    CALLBOARD_RETENTION: "7d",
  };
  const around = Object.entries(given).map(([key, value]) => [key, `\uFEFF ${value} \r\n`]);
  expect(readConfig(Object.fromEntries(around) as Environment)).toEqual(readConfig(given));
});

test.each(['"prod"', "'prod'", '"\n"', "''"])(
  "a value in quotes, %s, is refused and not repeated",
  (value) => {
    const error = catchProblems({ CALLBOARD_PROFILE: value });
    expect(error.errors).toEqual([
      {
        pointer: "CALLBOARD_PROFILE",
        detail: "CALLBOARD_PROFILE must be given without quotes around its value",
      },
    ]);
  },
);

test("each problem is a line of the message", () => {
  const { message } = catchProblems({ CALLBOARD_PORT: "x", CALLBOARD_ROLE: "y" });
  expect(message.split("\n")).toEqual([
    "CALLBOARD_PORT must be a port number",
    "CALLBOARD_ROLE must be all, api or worker",
  ]);
});

test("unknown keys are returned with the closest setting", () => {
  const env = {
    CALLBOARD_RETENTON: "3d",
    CALLBOARD_TRUSTED_PROXY: "10.0.0.1",
    callboard_port: "1",
    CALLBOARD_PORT: "2",
    CALLBOARD_INSPECTOR_TOKEN: "x",
    PATH: "/bin",
  };
  expect(unknownKeys(env)).toEqual([
    { key: "CALLBOARD_RETENTON", closest: "CALLBOARD_RETENTION" },
    { key: "CALLBOARD_TRUSTED_PROXY", closest: "CALLBOARD_TRUSTED_PROXIES" },
    { key: "callboard_port", closest: "CALLBOARD_PORT" },
  ]);
});

describe("spellings of addresses", () => {
  test.each([
    ["[::1]", "::1"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1"],
    ["[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1"],
    ["LOCALHOST", "LOCALHOST"],
  ])("CALLBOARD_HOST=%s is loopback, and listens on %s", (given, host) => {
    expect(readConfig({ CALLBOARD_HOST: given })).toMatchObject({ host, profile: "dev" });
  });
  test("CALLBOARD_HOST refuses text that is neither an address nor a name", () => {
    for (const host of ["http://localhost", "localhost:2990", "[::1]:2990", "a b", "[localhost]"]) {
      expect(listPointers({ CALLBOARD_HOST: host, CALLBOARD_PROFILE: "prod" })).toEqual(["CALLBOARD_HOST"]);
    }
  });
  test("CALLBOARD_EGRESS_PROXY is parsed, and refused without its password", () => {
    const text = "socks5://user:a-secret-password@proxy.example.com";
    expect(readConfig({ CALLBOARD_EGRESS_PROXY: text }).egressProxy).toMatchObject({
      protocol: "socks5",
      port: 1080,
      credentials: { user: "user", password: "a-secret-password" },
    });
    const { message } = catchProblems({ CALLBOARD_EGRESS_PROXY: `${text}/path` });
    expect(message).toBe("CALLBOARD_EGRESS_PROXY can't be used: it must have no path, query or fragment");
  });

  test("CALLBOARD_DNS_SERVERS accepts IPv6 with and without brackets and port", () => {
    const servers = "192.0.2.53,192.0.2.53:5353,2001:db8::53,[2001:db8::53],[2001:db8::53]:5353";
    expect(readConfig({ CALLBOARD_DNS_SERVERS: servers }).dnsServers).toHaveLength(5);
  });
});

describe("CALLBOARD_ALLOWED_HOSTS", () => {
  const PROD = { CALLBOARD_PROFILE: "prod" };
  test("names in any usual spelling are accepted", () => {
    const hosts = "https://hooks.example.com, hooks.example.com:8443, *.example.org,[2001:db8::9]";
    expect(readConfig({ ...PROD, CALLBOARD_ALLOWED_HOSTS: hosts }).allowedHosts).toEqual([
      "hooks.example.com",
      "hooks.example.com",
      "*.example.org",
      "2001:db8::9",
    ]);
  });
  test("patterns that can't match are refused", () => {
    for (const hosts of ["hooks example.com", "*", "https://x.example/path", "good.example,*.10.0.0.1"]) {
      expect(listPointers({ ...PROD, CALLBOARD_ALLOWED_HOSTS: hosts })).toEqual(["CALLBOARD_ALLOWED_HOSTS"]);
    }
  });
});

describe("CALLBOARD_BASE_URL", () => {
  const PROD = { CALLBOARD_PROFILE: "prod" };
  test("a path is accepted", () => {
    const config = readConfig({ ...PROD, CALLBOARD_BASE_URL: "https://example.com/hooks/callboard/" });
    expect(config.baseUrl).toBe("https://example.com/hooks/callboard");
  });
  test("a path of Callboard's own, or one that a cookie can't have, is refused", () => {
    for (const path of ["/admin", "/api/v1", "/a;b", "/a//b", "/docs"]) {
      expect(listPointers({ ...PROD, CALLBOARD_BASE_URL: `https://example.com${path}` })).toEqual([
        "CALLBOARD_BASE_URL",
      ]);
    }
  });
  test("a user name, a query or a fragment is refused", () => {
    for (const url of ["https://me@example.com", "https://example.com?x", "https://example.com#x"]) {
      expect(listPointers({ ...PROD, CALLBOARD_BASE_URL: url })).toEqual(["CALLBOARD_BASE_URL"]);
    }
  });
});

test("all settings are read", () => {
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

test.each([{}, { CALLBOARD_DNS_SERVERS: "" }])("%j selects the system's name servers", (env) => {
  expect(readConfig(env).dnsServers).toBeUndefined();
});

test("all problems are reported by key, without the values", () => {
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
  const error = catchProblems(wrong);
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.errors.map(({ pointer }) => pointer).toSorted()).toEqual(Object.keys(wrong).toSorted());
  expect(error.message + JSON.stringify(error.errors)).not.toContain(secret);
  for (const key of Object.keys(wrong)) expect(error.message).toContain(key);
});

describe("combinations of settings", () => {
  test("the dev profile is accepted on loopback only", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1"]) {
      expect(readConfig({ CALLBOARD_HOST: host, CALLBOARD_PROFILE: "dev" }).profile).toBe("dev");
    }
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"]) {
      expect(listPointers({ CALLBOARD_HOST: host, CALLBOARD_PROFILE: "dev" })).toEqual(["CALLBOARD_PROFILE"]);
    }
  });

  test.each([
    ["CALLBOARD_BASE_URL", "https://callboard.example.com"],
    ["CALLBOARD_BASE_URL", "http://10.255.255.1:2990"],
    ["CALLBOARD_ALLOWED_HOSTS", "callboard.example.com"],
    ["CALLBOARD_ALLOWED_HOSTS", "localhost,*.example.com"],
    ["CALLBOARD_TRUSTED_PROXIES", "127.0.0.1"],
  ])("%s=%s makes a server public, so the dev profile is refused, set or default", (key, value) => {
    for (const profile of [{}, { CALLBOARD_PROFILE: "dev" }]) {
      const error = catchProblems({ ...profile, [key]: value });
      expect(error.errors.map(({ pointer }) => pointer)).toEqual([key]);
      expect(error.message).toContain(key);
      expect(error.message).toContain("CALLBOARD_PROFILE=prod");
    }
    expect(readConfig({ CALLBOARD_PROFILE: "prod", [key]: value }).profile).toBe("prod");
  });

  test("this machine's own names count as loopback in the dev profile", () => {
    const own = hostname().toLowerCase();
    for (const name of [
      "localhost",
      "board.localhost",
      "127.0.0.1",
      "[::1]",
      own,
      `${own.split(".")[0]}.local`,
    ]) {
      expect(readConfig({ CALLBOARD_BASE_URL: `http://${name}:2990/x` }).profile).toBe("dev");
      expect(readConfig({ CALLBOARD_ALLOWED_HOSTS: name }).profile).toBe("dev");
    }
  });

  test("prod over plain HTTP is the only warning", () => {
    const warned = (env: Environment) => configWarnings(readConfig({ CALLBOARD_PROFILE: "prod", ...env }));
    expect(warned({})).toEqual([]);
    expect(warned({ CALLBOARD_BASE_URL: "http://localhost:2990/x" })).toEqual([]);
    const https = { CALLBOARD_BASE_URL: "https://callboard.example.com" };
    expect(warned({ ...https, CALLBOARD_TRUSTED_PROXIES: "10.0.0.1" })).toEqual([]);
    expect(warned({ CALLBOARD_BASE_URL: "http://callboard.example.com" })).toEqual([
      expect.stringMatching(/plain http at callboard\.example\.com.*CALLBOARD_BASE_URL=https/),
    ]);
    expect(warned({ CALLBOARD_HOST: "0.0.0.0" })).toEqual([expect.stringContaining("every address")]);
    expect(warned({ CALLBOARD_HOST: "10.0.0.1" })).toEqual([expect.stringContaining("10.0.0.1")]);
    expect(warned({ ...https, CALLBOARD_HOST: "0.0.0.0" })).toEqual([
      expect.stringContaining("CALLBOARD_TRUSTED_PROXIES"),
    ]);
    expect(configWarnings(readConfig({}))).toEqual([]);
  });

  test("a server beyond loopback requires a profile", () => {
    expect(listPointers({ CALLBOARD_HOST: "0.0.0.0" })).toEqual(["CALLBOARD_PROFILE"]);
    expect(readConfig({ CALLBOARD_HOST: "0.0.0.0", CALLBOARD_PROFILE: "prod" }).allowNetworks).toEqual([]);
  });

  test("PostgreSQL requires the master key, which all processes share", () => {
    const env = { CALLBOARD_DATABASE_URL: "postgres://user@db.example.org/callboard" };
    expect(listPointers(env)).toEqual(["CALLBOARD_MASTER_KEY"]);
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
])("the duration %j is %j ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
