/** The certificate of a receiver that ends soon is told to others, as deliveries meet it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createCertificates } from "../../src/host/events/certificates.ts";
import { createWatch } from "../../src/host/events/watch.ts";
import { silentLogger } from "../../src/logger.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { startBench } from "../support/with-engine.ts";
import type { Bench } from "../support/with-engine.ts";

const DAY = 86_400_000;
const DAYS = 5;
const EVENT = "certificate.expiring";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-certificate-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

async function plainReceiver(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(receiver.close);
  return receiver;
}

/** With a certificate of its own for so many days, which is also its authority. Resolves to its origin and what came. */
async function secureReceiver(days: number) {
  const [key, cert] = [join(folder, "server.key"), join(folder, "server.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", String(days), "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", key, "-out", cert],
    ],
    { stdio: "pipe" },
  );
  const received: unknown[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(204, { connection: "close" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, cert, received };
}

interface Told {
  readonly event?: string;
  readonly daysLeft?: number;
  readonly expiresAt?: string;
}
const toldTo = ({ received }: Receiver) =>
  received.map(({ body }) => JSON.parse(body.toString()) as Told).filter(({ event }) => event === EVENT);

test("a server tells of a certificate that ends in five days, and not to the receiver that has it", async () => {
  const secure = await secureReceiver(DAYS);
  const watcher = await plainReceiver();
  const token = "cb_a-token-of-this-test_0123456789abcdef";
  const server = await startServeProcess({
    command: process.execPath,
    args: [join(import.meta.dirname, "../../bin/callboard.cjs"), "serve"],
    cwd: folder,
    env: {
      CALLBOARD_PORT: "0",
      CALLBOARD_DATA_DIR: folder,
      CALLBOARD_ADMIN_TOKEN: token,
      NODE_EXTRA_CA_CERTS: secure.cert,
    },
  });
  onTestFinished(async () => {
    server.send("SIGTERM");
    await server.ended;
  });
  const call = async (path: string, body: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.ok ? "" : await response.text()).toBe("");
  };
  const sites = await fetch(`${server.url}/api/v1/sites`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await sites.json()) as { items: readonly { key: string; product: string }[] };
  if (!items.some(({ key }) => key === "jira")) await call("/sites", { key: "jira", product: "jira" });
  const webhook = { name: "One", events: ["jira:issue_created", EVENT] };
  await call("/sites/jira/webhooks", { ...webhook, url: `${secure.origin}/hook` });
  await call("/sites/jira/webhooks", {
    name: "Watcher",
    events: [EVENT],
    url: `${watcher.url}/hook`,
    format: "standard",
  });
  await call("/sites/jira/events", { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } });

  const [told] = await waitFor(() => {
    expect(toldTo(watcher)).toHaveLength(1);
    return toldTo(watcher);
  }, 20_000);
  expect(told).toMatchObject({
    event: EVENT,
    site: "jira",
    receiver: { kind: "webhook", name: "One", origin: secure.origin },
    state: "expiring",
    daysLeft: DAYS,
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    link: `${server.url}/admin/endpoints?site=jira&q=${encodeURIComponent(secure.origin)}`,
  });

  expect(secure.received).toMatchObject([{ issue: { key: "DEMO-1" } }]);
}, 60_000);

test("over several processes each certificate is told once for each of its thresholds", async () => {
  const url = await newPostgresUrl();
  const watcher = await plainReceiver();
  const own = await plainReceiver();
  const benches: Bench[] = [];
  for (let process = 0; process < 3; process += 1) benches.push(await startBench(url));
  onTestFinished(async () => {
    for (const bench of benches) await bench.stop();
  });
  const [first] = benches;
  await first?.addAddon("one", own.url, {}, [EVENT]);
  await first?.addAddon("watcher", watcher.url, {}, [EVENT]);
  for (const { snapshots, database } of benches) await snapshots.refresh(database.read);
  const now = first?.database.now() ?? 0;

  /** All of them meet the certificate `daysBefore` its end, twice, and look. */
  const meet = async (expiresAt: number, daysBefore: number) => {
    await Promise.all(
      benches.map(async ({ database, snapshots, announcer }) => {
        const certificates = createCertificates(() => expiresAt - daysBefore * DAY);
        const { look } = createWatch({
          database,
          snapshots,
          announcer,
          certificates,
          logger: silentLogger,
          now: () => expiresAt - daysBefore * DAY,
          queueLimit: 1_000_000,
          admission: { free: () => undefined },
          retentionMs: () => Promise.resolve(DAY),
          tellFailures: () => Promise.resolve(),
          proxyFails: () => Promise.resolve(false),
          proxyFailure: () => undefined,
        });
        certificates.met(new URL(own.url).origin, expiresAt);
        await look();
        certificates.met(new URL(own.url).origin, expiresAt);
        await look();
      }),
    );
  };
  const end = now + 40 * DAY;
  for (const daysBefore of [40, 30, 29, 7, 6, 1, 0.5]) await meet(end, daysBefore);
  await meet(end + 90 * DAY, 30);

  await waitFor(() => expect(toldTo(watcher)).toHaveLength(4));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const iso = (at: number) => new Date(at).toISOString();
  // In whatever order they came.
  expect(new Set(toldTo(watcher).map(({ daysLeft, expiresAt }) => `${daysLeft} ${expiresAt}`))).toEqual(
    new Set([`30 ${iso(end)}`, `7 ${iso(end)}`, `1 ${iso(end)}`, `30 ${iso(end + 90 * DAY)}`]),
  );
  expect(toldTo(own)).toEqual([]);
}, 60_000);
