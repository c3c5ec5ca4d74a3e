/** Names as every other program of the machine finds them, and those that lead where nothing may be sent. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { close, listen, startAddon } from "./addon.ts";
import type { WorldAddon } from "./addon.ts";
import { startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { certificateFor } from "./certificates.ts";
import { stopAfterAll } from "./ending.ts";
import { DUAL, HOSTS, LAPTOP_RECEIVER, MOVED, ONLY_IN_HOSTS, startNameServer } from "./names.ts";
import { SITE, addSite, deliver, install } from "./stories.ts";
import { AT_ROOT, LAPTOP, named } from "./worlds.ts";

const EVENT = { event: "jira:issue_created", payload: { issue: { id: "1", key: "DEMO-1" } } };

/** Adds an outgoing webhook, publishes an event, and removes the webhook when its delivery is as expected. */
async function sendTo(callboard: Callboard, url: string, expected: object): Promise<void> {
  const webhook = { name: "To a name", url, events: [EVENT.event] };
  const added = await callboard.call("POST", `/api/v1/sites/${SITE}/webhooks`, webhook);
  expect(added).toMatchObject({ status: 201 });
  const { body } = await callboard.call("POST", `/api/v1/sites/${SITE}/events`, EVENT);
  const id = body.deliveries[0].id as string;
  await waitFor(async () => {
    expect((await callboard.call("GET", `/api/v1/deliveries/${id}`)).body).toMatchObject(expected);
  });
  await callboard.call("DELETE", `/api/v1/sites/${SITE}/webhooks/${added.body.id as string}`);
}

describe.each(named(LAPTOP, AT_ROOT))("%s", (_name, world) => {
  let callboard: Callboard;
  const ending = stopAfterAll();
  beforeAll(async () => {
    callboard = await startCallboard(world);
    ending.add(callboard.stop);
    await addSite(world, callboard);
  });

  describe.each([
    ["that only /etc/hosts has", ONLY_IN_HOSTS],
    ["whose IPv6 address leads nowhere", DUAL],
  ])("an add-on at a name %s", (_what, { name, address }) => {
    let addon: WorldAddon;
    beforeAll(async () => {
      addon = await startAddon({ name, address, keyServer: `${world.url}/keys` });
    });
    afterAll(async () => {
      await callboard.call("DELETE", `/api/v1/sites/${SITE}/addons/${addon.key}`);
      await addon.close();
    });

    test("is installed and sent its events", async () => {
      await install(callboard, addon);
      await deliver(callboard, addon);
    });
  });

  test("follows the machine into another network", { timeout: 90_000 }, async () => {
    const before = readFileSync("/etc/resolv.conf", "utf8");
    const addon = await startAddon({ ...MOVED, keyServer: `${world.url}/keys` });
    const stopNameServer = await startNameServer(MOVED.nameServer, [MOVED]);
    try {
      writeFileSync("/etc/resolv.conf", `nameserver ${MOVED.nameServer}\n`);
      const { descriptorUrl } = addon;
      // The network that was left does not know the name. It may be asked once more.
      await waitFor(async () => {
        const reply = await callboard.call("POST", `/api/v1/sites/${SITE}/addons`, { descriptorUrl });
        expect(reply).toMatchObject({ status: 201, body: { state: "enabled" } });
      }, 35_000);
      await deliver(callboard, addon);
    } finally {
      writeFileSync("/etc/resolv.conf", before);
      await stopNameServer();
      await callboard.call("DELETE", `/api/v1/sites/${SITE}/addons/${addon.key}`);
      await addon.close();
    }
  });
});

test("dev sends to a name of this machine in /etc/hosts, over http", async () => {
  const received: (string | undefined)[] = [];
  const server = createHttpServer((request, response) => {
    received.push(request.headers.host);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, LAPTOP_RECEIVER.address, resolve));
  const place = `${LAPTOP_RECEIVER.name}:${(server.address() as AddressInfo).port}`;
  const callboard = await startCallboard(LAPTOP);
  try {
    await sendTo(callboard, `http://${place}/`, { state: "delivered", attempts: [{ number: 1 }] });
    expect(received).toEqual([place]);
  } finally {
    await callboard.stop();
    server.close();
  }
});

describe("a public name that leads into the private network", () => {
  const NAME = "intranet.partner.example";
  const ending = stopAfterAll();
  let connections = 0;
  let callboard: Callboard;
  const server = createServer(() => undefined);
  beforeAll(async () => {
    server.setSecureContext(certificateFor(NAME));
    server.on("connection", () => (connections += 1));
    await listen(server, HOSTS[NAME]);
    ending.add(() => close(server));
    callboard = await startCallboard(AT_ROOT);
    ending.add(callboard.stop);
    await addSite(AT_ROOT, callboard);
  });

  test("is not installed from in prod", async () => {
    const descriptorUrl = `https://${NAME}/atlassian-connect.json`;
    const reply = await callboard.call("POST", `/api/v1/sites/${SITE}/addons`, { descriptorUrl });
    expect([reply, connections]).toMatchObject([
      { status: 422, body: { code: "DNS_DENIED", detail: expect.stringContaining("private") } },
      0,
    ]);
  });

  test("is sent nothing in prod", async () => {
    await sendTo(callboard, `https://${NAME}/`, {
      state: "failed",
      reason: "forbidden",
      attempts: [{ outcome: "forbidden:DNS_DENIED" }],
    });
    expect(connections).toBe(0);
  });
});
