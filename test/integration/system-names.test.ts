/**
 * Names as on any machine: no setting, and the name servers that /etc/resolv.conf names, also after it has changed. The server
 * runs in a mount namespace with a file of its own there, which takes root or user namespaces.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startDnsServer } from "../support/dns-server.ts";
import type { DnsServer } from "../support/dns-server.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
const MOUNT = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';

const unshare = [["-m"], ["-r", "-m"]].find(
  (flags) => spawnSync("unshare", [...flags, "sh", "-c", MOUNT, "/dev/null", "true"]).status === 0,
);

/** A name server that knows every name below partner.example, which is this machine. */
async function startNames(): Promise<DnsServer> {
  const server = await startDnsServer((name, type) => {
    if (!name.endsWith("partner.example")) return "nxdomain";
    return type === "A" ? ["127.0.0.1"] : [];
  });
  onTestFinished(() => server.close().catch(() => undefined));
  return server;
}

async function startPartner(): Promise<{ readonly port: number; readonly received: string[] }> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      if (request.url === "/atlassian-connect.json") response.end(JSON.stringify(descriptor));
      else if (request.url?.startsWith("/w") === true) received.push(request.url);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const descriptor = {
    key: "example.partner",
    name: "Partner",
    baseUrl: `http://addon.partner.example:${port}`,
    authentication: { type: "none" },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/w" }] },
  };
  return { port, received };
}

test.skipIf(unshare === undefined).each([
  ["unset", {}],
  ["empty", { CALLBOARD_DNS_SERVERS: "" }],
])(
  "with CALLBOARD_DNS_SERVERS %s, installs and deliveries use the system's servers",
  async (_how, env) => {
    const folder = mkdtempSync(join(tmpdir(), "callboard-names-"));
    const resolvConf = join(folder, "resolv.conf");
    const first = await startNames();
    const { port, received } = await startPartner();
    writeFileSync(resolvConf, `nameserver ${first.address}\n`);

    const serve = [process.execPath, CALLBOARD, "serve", "--port", "0"];
    const host = await startServeProcess({
      command: "unshare",
      args: [...(unshare ?? []), "sh", "-c", MOUNT, resolvConf, ...serve],
      cwd: folder,
      env,
    });
    onTestFinished(async () => {
      host.send("SIGTERM");
      await host.ended;
      rmSync(folder, { recursive: true, force: true });
    });
    const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
    const call = async (path: string, body: unknown) =>
      fetch(`${host.url}/api/v1/sites/jira${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const publish = () => call("/events", { event: "jira:issue_created", payload: {} });

    const installed = await call("/addons", {
      descriptorUrl: `http://addon.partner.example:${port}/atlassian-connect.json`,
    });
    expect(installed.status, await installed.text()).toBe(201);
    expect(first.questions).toContain("A addon.partner.example");
    await publish();
    await waitFor(() => expect(received).toHaveLength(1));

    // The machine changes networks: the old server is gone, and the file names another one.
    await first.close();
    const second = await startNames();
    writeFileSync(resolvConf, `nameserver ${second.address}\n`);
    const webhook = { name: "other", url: `http://hooks.partner.example:${port}/w2` };
    expect((await call("/webhooks", webhook)).status).toBe(201);
    await publish();
    await waitFor(() => expect(received).toContain("/w2"));
    expect(second.questions).toContain("A hooks.partner.example");
  },
  30_000,
);
