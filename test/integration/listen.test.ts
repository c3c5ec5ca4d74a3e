/** `callboard listen` against a real host: what a local application gets and answers is what the host sends and records. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubSignature } from "../../src/protocol/body-signature.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { createHmacKey, verifyToken } from "../../src/protocol/token.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { runCommand, startCommand } from "../support/command-line.ts";
import type { RunningCommand } from "../support/command-line.ts";
import { freePort } from "../support/free-port.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let app: Receiver;

beforeAll(async () => {
  host = await startTestHost();
  app = await startReceiver();
});
afterAll(async () => {
  await app.close();
  await host.stop();
});

const LISTENERS = "/api/v1/sites/jira/listeners";

const publish = async (key: string): Promise<string> => {
  const payload = { issue: { key } };
  const { body } = await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload,
  });
  return body.deliveries[0].id as string;
};

const showDelivery = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;

/** Resolves when it listens. */
async function listen(...args: readonly string[]): Promise<RunningCommand> {
  const listening = startCommand(host, ["listen", ...args]);
  const failed = listening.ended.then((code) => Promise.reject(new Error(`${code}: ${listening.notes()}`)));
  failed.catch(() => undefined);
  await Promise.race([failed, waitFor(() => expect(listening.notes()).toMatch(/^listening on/m), 30_000)]);
  return listening;
}

test("a delivery to the temporary webhook is forwarded, and the response is its attempt", async () => {
  app.answer = (_request, response) => void response.writeHead(201, { "x-app": "ü" }).end("\u00ff\0thanks");
  const listening = await listen("--forward", `${app.url}/hook`, "--events", "jira:*", "--print-secret");
  expect(listening.notes()).toContain("listening on jira as temporary webhook whk_");
  const id = await publish("DEMO-1");
  await waitFor(async () => expect((await showDelivery(id)).state).toBe("delivered"));
  const { attempts } = await showDelivery(id);
  expect(attempts).toMatchObject([
    {
      outcome: "accepted",
      request: { url: `${app.url}/hook` },
      response: { status: 201, body: "\u00ff\0thanks" },
    },
  ]);
  expect(app.received).toMatchObject([{ method: "POST", url: "/hook" }]);
  expect(JSON.parse(app.received[0]?.body.toString() ?? "")).toMatchObject({ issue: { key: "DEMO-1" } });
  const [, secret = ""] = /secret (\S+)/.exec(listening.notes()) ?? [];
  expect(app.received[0]?.headers["x-hub-signature"]).toBe(
    hubSignature(secret, app.received[0]?.body ?? Buffer.alloc(0)),
  );
  expect(listening.out()).toMatch(
    new RegExp(`^\\S+Z {2}jira:issue_created {2}${id} {2}/ {2}201 {2}\\d+ ms\n$`),
  );
  expect(await listening.stop()).toBe(0);
  expect((await host.call("GET", LISTENERS)).body.items).toEqual([]);
  expect((await host.call("GET", "/api/v1/sites/jira/webhooks")).body.items).toEqual([]);
});

test("a local application that is not running is an attempt without a response, and is tried again", async () => {
  const port = await freePort();
  const listening = await listen("--forward", String(port));
  const id = await publish("DEMO-2");
  await waitFor(async () => expect((await showDelivery(id)).attempts).toHaveLength(1));
  const late = await startReceiver(undefined, port);
  await waitFor(async () => expect((await showDelivery(id)).state).toBe("delivered"), 20_000);
  const { attempts } = await showDelivery(id);
  expect(attempts[0]).toMatchObject({ outcome: "unreachable:connection-refused", response: null });
  expect(attempts.at(-1)).toMatchObject({ outcome: "accepted" });
  expect(listening.notes()).toContain("Check that the local application is running");
  await listening.stop();
  await late.close();
});

test("an add-on's deliveries verify at the local application, below its own base URL", async () => {
  const addon = await startSampleAddon({
    findPublicKey: async (kid) => (await host.call("GET", `/keys/${kid}`)).text,
  });
  const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
    descriptorUrl: addon.descriptorUrl,
  });
  expect(installed.status).toBe(201);
  app.received.length = 0;
  app.answer = (_request, response) => void response.writeHead(204).end();
  const key = "org.example.bell";
  const listening = await listen("--forward", `${app.url}/at/home/`, "--addon", key);
  expect(listening.notes()).toContain(`listening on jira as add-on ${key}`);
  const id = await publish("DEMO-3");
  await waitFor(async () => expect((await showDelivery(id)).state).toBe("delivered"));
  const [request] = app.received;
  expect(request?.url).toBe("/at/home/hooks/created");
  const token = parseToken(request?.headers.authorization?.replace(/^JWT /, "") ?? "");
  if (!token.ok) throw new Error(token.code);
  const verdict = verifyToken(token, {
    keys: [createHmacKey(addon.secret() ?? "")],
    request: { method: "POST", rawUrl: request?.url ?? "", basePath: "/at/home" },
    nowSeconds: Math.floor(Date.now() / 1_000),
  });
  expect(verdict).toMatchObject({ ok: true });

  expect((await host.call("POST", LISTENERS, { forwardTo: app.url, addonKey: key })).body.code).toBe(
    "LISTENER_EXISTS",
  );
  expect((await host.call("GET", LISTENERS)).body.items).toMatchObject([
    { addonKey: key, forwardTo: `${app.url}/at/home` },
  ]);
  await listening.stop();
  const before = addon.callbacks.length;
  await publish("DEMO-4");
  await waitFor(() =>
    expect(addon.callbacks.slice(before).map(({ path }) => path)).toEqual(["/ctx/hooks/created"]),
  );
  expect(app.received).toHaveLength(1);
  const { items } = (await host.call("GET", "/api/v1/audit")).body;
  expect(items.map((entry: { action: string }) => entry.action)).toEqual(
    expect.arrayContaining(["addon.taken-over", "addon.given-back"]),
  );
  await addon.close();
});

test("the commands of docs/listen.md do what it says", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/listen.md"), "utf8");
  const commands = [...page.matchAll(/^```sh\n(callboard .*)\n```$/gm)].map(([, line = ""]) => line);
  expect(commands).toHaveLength(3);
  const addon = await startSampleAddon({
    key: "com.example.addon",
    findPublicKey: async (kid) => (await host.call("GET", `/keys/${kid}`)).text,
  });
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  for (const command of commands) {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = ""]) => quoted ?? word);
    const [, name = "", ...args] = words.map((word) => word.replace("http://localhost:3000", app.url));
    if (name !== "listen") {
      expect((await runCommand(host, [name, ...args])).code).toBe(0);
      continue;
    }
    app.received.length = 0;
    const listening = await listen(...args, "--count", "1");
    await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
    expect(await listening.ended).toBe(0);
    expect(app.received.map(({ url }) => url)).toEqual([
      args.includes("--addon") ? "/hooks/created" : "/hook",
    ]);
  }
  await addon.close();
});

test("bad input is a named code and leaves nothing behind", async () => {
  const refusals = await Promise.all(
    [
      ["listen", "--forward", "http://localhost:3000?a=b"],
      ["listen", "--forward", "http://localhost:3000", "--site", "nowhere"],
      ["listen", "--forward", "http://localhost:3000", "--addon", "org.example.none"],
      ["listen", "--forward", "http://localhost:3000", "--addon", "x", "--events", "a"],
    ].map((args) => runCommand(host, args)),
  );
  expect(refusals.map(({ code, notes }) => [code, /error\[(\w+)\]/.exec(notes)?.[1]])).toEqual([
    [2, "USAGE"],
    [4, "SITE_NOT_FOUND"],
    [4, "ADDON_NOT_FOUND"],
    [2, "USAGE"],
  ]);
  expect((await host.call("GET", LISTENERS)).body.items).toEqual([]);
});
