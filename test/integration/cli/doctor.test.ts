/** `callboard doctor`: each problem is planted, and found. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../../../src/version.ts";
import { startDnsServer } from "../../support/dns-server.ts";
import type { DnsServer } from "../../support/dns-server.ts";
import { httpProxyTo } from "../../support/forward-proxy.ts";
import type { HttpProxyOptions } from "../../support/forward-proxy.ts";
import { freePort } from "../../support/free-port.ts";
import { examine } from "../../support/examine.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { listen } from "../../support/listen.ts";

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-doctor-"));
  // What a server leaves behind.
  const host = await startTestHost({ CALLBOARD_DATA_DIR: join(folder, "used") });
  await host.host.stop();
  dataDir = join(folder, "used");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an installation", () => {
  test("that is new has no problem, and is left as it is", async () => {
    const { code, items } = await examine({ CALLBOARD_DATA_DIR: join(folder, "new") });
    expect(items.filter(({ check, verdict }) => verdict !== "ok" && check !== "name-servers")).toEqual([]);
    expect(items.find(({ check }) => check === "database")?.detail).toContain("is made by the first start");
    expect([0, 1]).toContain(code);
  });

  test("that was used has its database and its master key", async () => {
    const { of } = await examine({ CALLBOARD_DATA_DIR: dataDir });
    expect(of("database")).toMatchObject([
      { verdict: "ok", detail: expect.stringMatching(/^SQLite 3\.\S+, its schema is up to date$/) as string },
    ]);
    expect(of("master-key")).toMatchObject([
      { verdict: "ok", detail: expect.stringMatching(/^[0-9a-f]{8} fits the database$/) as string },
    ]);
  });

  test("with another master key", async () => {
    const { code, of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
    });
    expect(code).toBe(1);
    expect(of("master-key")).toMatchObject([
      { verdict: "problem", remedy: expect.stringContaining("CALLBOARD_MASTER_KEY") as string },
    ]);
  });

  test("with settings that are invalid or unknown", async () => {
    const { code, of, items } = await examine({
      CALLBOARD_PROFILE: "test",
      CALLBOARD_PROT: "1",
      CALLBOARD_DATA_DIR: folder,
    });
    expect(code).toBe(1);
    expect(of("settings").map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ["problem", "CALLBOARD_PROFILE must be dev or prod"],
      ["warning", "CALLBOARD_PROT is no setting, and is ignored"],
    ]);
    expect(items.map(({ check }) => check)).not.toContain("database");
  });

  test("with a file that is no database, and one that others can read", async () => {
    const broken = join(folder, "broken.sqlite");
    writeFileSync(broken, "not a database, but long enough to look like one to SQLite");
    chmodSync(dataDir, 0o755);
    const { of } = await examine({ CALLBOARD_DATA_DIR: dataDir, CALLBOARD_DATABASE_URL: `sqlite:${broken}` });
    chmodSync(dataDir, 0o700);
    expect(of("database")).toMatchObject([{ verdict: "problem" }]);
    expect(of("data-directory")).toMatchObject([
      { verdict: "warning", remedy: expect.stringContaining("chmod") as string },
    ]);
  });

  test("with a data directory that is a file", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "x");
    const { of } = await examine({ CALLBOARD_DATA_DIR: file });
    expect(of("data-directory")).toMatchObject([{ verdict: "problem", detail: `${file} is no directory` }]);
  });

  test("with a port that another program holds, which is named", async () => {
    const other = await listen((_request, response) => response.end("hello"));
    const { code, of } = await examine({ CALLBOARD_DATA_DIR: dataDir, CALLBOARD_PORT: String(other.port) });
    await other.close();
    expect(code).toBe(1);
    expect(of("port")).toMatchObject([{ verdict: "problem" }]);
    if (process.platform === "linux") expect(of("port")[0]?.detail).toContain(`(process ${process.pid})`);
  });

  test("with a database that can't be reached, and a base URL that leads elsewhere", async () => {
    const other = await listen((_request, response) => response.end("hello"));
    const host = await startTestHost();
    const { of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_DATABASE_URL: `postgres://u:canary@127.0.0.1:${await freePort()}/c`,
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
      CALLBOARD_PORT: new URL(host.url).port,
      CALLBOARD_BASE_URL: other.url,
    });
    await other.close();
    await host.stop();
    expect(of("database")).toMatchObject([{ verdict: "problem" }]);
    expect(of("database")[0]?.detail).not.toContain("canary");
    expect(of("port")).toMatchObject([
      { verdict: "ok", detail: expect.stringContaining("Callboard server") as string },
    ]);
    expect(of("base-url")).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("another server") as string },
    ]);
  });

  test("with a base URL that doesn't resolve, and a name server that is silent", async () => {
    const { of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_PROFILE: "prod",
      CALLBOARD_BASE_URL: "https://nowhere.invalid",
      CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
      CALLBOARD_DNS_SERVERS: `127.0.0.1:${await freePort()}`,
    });
    expect(of("base-url")).toMatchObject([{ verdict: "problem" }]);
    expect(of("name-servers")).toMatchObject([
      { verdict: "problem", remedy: expect.stringContaining("CALLBOARD_DNS_SERVERS") as string },
    ]);
  });

  test("in an environment with a proxy and certificates that aren't there", async () => {
    const { of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      https_proxy: "http://127.0.0.1:3128",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      NODE_EXTRA_CA_CERTS: join(folder, "none.pem"),
    });
    expect(of("environment").map(({ verdict }) => verdict)).toEqual(["warning", "warning", "problem"]);
  });
});

describe("an egress proxy", () => {
  let names: DnsServer;
  beforeAll(
    async () => (names = await startDnsServer((name) => (name === "com" ? ["ns.example"] : "nxdomain"))),
  );
  afterAll(() => names.close());

  async function examineProxy(options: HttpProxyOptions, user = "", dns = names) {
    const proxy = await httpProxyTo(await freePort(), options);
    const url = `http://${user}127.0.0.1:${proxy.port}`;
    const { of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_EGRESS_PROXY: url,
      CALLBOARD_DNS_SERVERS: dns.address,
    });
    await proxy.close();
    return of("egress-proxy");
  }

  test("that responds is well, whatever it says of the receiver", async () => {
    expect(await examineProxy({ behave: () => 502 })).toMatchObject([{ verdict: "ok" }]);
    const welcome = { behave: () => 504, authorization: `Basic ${btoa("u:canary")}` } as const;
    expect(await examineProxy(welcome, "u:canary@")).toMatchObject([{ verdict: "ok" }]);
  });

  test("in a network whose name servers know no public names is a warning", async () => {
    const inner = await startDnsServer(() => "nxdomain");
    const items = await examineProxy({ behave: () => 502 }, "", inner);
    await inner.close();
    expect(items).toMatchObject([
      { verdict: "ok", detail: expect.stringContaining("names are resolved here") as string },
      { verdict: "warning", remedy: expect.stringContaining("CALLBOARD_DNS_SERVERS") as string },
    ]);
    expect(inner.questions).toContain("NS com");
  });

  test("that refuses the password, and none at all, are problems without the password", async () => {
    const items = await examineProxy({ authorization: "Basic other" }, "u:canary@");
    expect(items).toMatchObject([
      { verdict: "problem", remedy: expect.stringContaining("user name and password") as string },
    ]);
    expect(JSON.stringify(items)).not.toContain("canary");
    const { code, of } = await examine({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_EGRESS_PROXY: `http://u:canary@127.0.0.1:${await freePort()}`,
      CALLBOARD_DNS_SERVERS: names.address,
    });
    expect(code).toBe(1);
    expect(of("egress-proxy")).toMatchObject([
      { verdict: "problem", remedy: expect.stringContaining("that the proxy runs") as string },
    ]);
    expect(JSON.stringify(of("egress-proxy"))).not.toContain("canary");
  });
});

test("the directory of a database elsewhere is looked at, too", async () => {
  const file = join(folder, "no-directory");
  writeFileSync(file, "x");
  const { code, of } = await examine({
    CALLBOARD_DATA_DIR: dataDir,
    CALLBOARD_DATABASE_URL: `sqlite:${join(file, "callboard.sqlite")}`,
  });
  expect(code).toBe(1);
  expect(of("database-directory")).toMatchObject([{ verdict: "problem", detail: `${file} is no directory` }]);
  expect((await examine({ CALLBOARD_DATA_DIR: dataDir })).of("database-directory")).toEqual([]);
});

describe("a server", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
  });
  afterAll(() => host.stop());
  const here = () => ({ CALLBOARD_DATA_DIR: dataDir, CALLBOARD_URL: host.url });

  test("that is well", async () => {
    const { of } = await examine({ ...here(), CALLBOARD_TOKEN: host.token });
    const checks = ["server", "token", "server-clock", "readiness", "sending", "endpoints", "limits"];
    expect(checks.map((check) => [check, of(check).map(({ verdict }) => verdict)])).toEqual(
      checks.map((check) => [check, ["ok"]]),
    );
  });

  test("with a token that is wrong, or may read only", async () => {
    const wrong = await examine({ ...here(), CALLBOARD_TOKEN: "cb_000000000000_wrong" });
    expect([wrong.code, wrong.of("server")]).toMatchObject([1, [{ verdict: "problem" }]]);
    const made = await host.call("POST", "/api/v1/tokens", { name: "reader", scopes: ["read"] });
    const reader = await examine({ ...here(), CALLBOARD_TOKEN: made.body.token as string });
    expect(reader.of("token")).toMatchObject([{ verdict: "warning" }]);
  });

  test("with a token that expires soon", async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = await host.call("POST", "/api/v1/tokens", { name: "short", scopes: ["admin"], expiresAt });
    const { of } = await examine({ ...here(), CALLBOARD_TOKEN: made.body.token as string });
    expect(of("token")).toMatchObject([
      { verdict: "warning", detail: expect.stringContaining(expiresAt) as string },
    ]);
  });

  test("that isn't there, and none for a token", async () => {
    const gone = await examine({
      ...here(),
      CALLBOARD_URL: `http://127.0.0.1:${await freePort()}`,
      CALLBOARD_TOKEN: "cb_x",
    });
    expect(gone.of("server")).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("Cannot reach") as string },
    ]);
    const none = await examine({ CALLBOARD_DATA_DIR: join(folder, "new"), CALLBOARD_URL: host.url });
    expect(none.of("server")).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("no API token") as string },
    ]);
  });

  test("elsewhere is looked at alone", async () => {
    const { items } = await examine({ CALLBOARD_DATA_DIR: dataDir, CALLBOARD_TOKEN: "cb_x" }, [
      "--url",
      "http://203.0.113.7",
    ]);
    expect([...new Set(items.map(({ check }) => check))]).toEqual(["server"]);
  }, 15_000);
});

test("a clock that is wrong is told from the Date header", async () => {
  const early = createServer((request, response) => {
    response.setHeader("callboard-api", "v1").setHeader("date", new Date(Date.now() - 600_000).toUTCString());
    response.setHeader("content-type", "application/json");
    const bodies: Readonly<Record<string, object>> = {
      "/api/v1/status": {
        version: VERSION,
        processes: [],
        items: [],
        next: null,
        notSending: null,
        oldestDueAt: null,
      },
      "/readyz": { status: "not ready", checks: { database: "does not answer" } },
      "/api/v1/limits?limit=500": {
        items: [{ name: "waiting", level: 95, max: 100, unit: "deliveries", setting: null, owner: "jira/1" }],
        next: null,
      },
      "/api/v1/endpoints?limit=500&state=paused": {
        items: [{ site: "jira", number: 3, receiver: "Bell", state: "paused" }],
        next: null,
      },
    };
    const body = bodies[request.url ?? ""];
    response.statusCode = request.url === "/readyz" ? 503 : 200;
    response.end(JSON.stringify(body ?? { items: [], next: null, status: "ok" }));
  });
  const port = await new Promise<number>((resolve) => {
    early.listen(0, "127.0.0.1", () => resolve((early.address() as { port: number }).port));
  });
  const url = `http://127.0.0.1:${port}`;
  const { of } = await examine({ CALLBOARD_DATA_DIR: dataDir, CALLBOARD_URL: url, CALLBOARD_TOKEN: "cb_x" });
  early.closeAllConnections();
  early.close();
  expect(of("server-clock")).toMatchObject([{ verdict: "problem" }]);
  expect(of("readiness")).toMatchObject([{ verdict: "problem" }]);
  expect(of("endpoints")).toMatchObject([{ verdict: "warning", detail: "Bell on jira is paused" }]);
  expect(of("limits")).toMatchObject([{ verdict: "warning" }]);
});
