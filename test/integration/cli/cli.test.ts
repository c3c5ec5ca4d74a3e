/** The command line against a real host: what it prints where, and its exit codes. */
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { SCOPES } from "../../../src/host/store/tables/tokens.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { waitFor } from "../../support/wait-for.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";

let host: TestHost;
let addon: Receiver;
let answers: number[] = [];
/** How long the add-on takes for a webhook. */
let answerAfterMs = 0;
/** What the add-on asks for and answers to `installed`; changed by tests of upgrades and refusals. */
let events = ["jira:issue_created"];
let installedAnswer = { status: 204, text: "" };

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  addon = await startReceiver((request, response) => {
    if (request.url === "/atlassian-connect.json") {
      response.setHeader("content-type", "application/json").end(
        JSON.stringify({
          key: "com.example.cli",
          name: "CLI",
          baseUrl: addon.url,
          authentication: { type: "none" },
          lifecycle: { installed: "/installed" },
          modules: {
            webhooks: events.map((event) => ({ event, url: "/created", params: { team: "blue" } })),
          },
        }),
      );
    } else if (request.url === "/installed") {
      response.writeHead(installedAnswer.status).end(installedAnswer.text);
    } else if (/^\/created(?:\?team=blue)?$/.test(request.url)) {
      const status = answers.shift() ?? 204;
      setTimeout(() => answer(response, status), answerAfterMs);
    } else response.writeHead(204).end();
  });
});
function answer(response: ServerResponse, status: number): void {
  response.writeHead(status).end(status === 500 ? "\nTypeError: boom\n  at handler\n" : "");
}

afterAll(async () => {
  await host.stop();
  await addon.close();
});

/** Runs a command; with `typed`, on a terminal where that is typed. */
async function callboard(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
  typed?: string,
) {
  let out = "";
  let notes = "";
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token, ...env },
    readInput: () => Promise.resolve(input),
    ...(typed === undefined ? {} : { readLine: () => Promise.resolve(typed) }),
  });
  // Whatever it printed, the prompt begins on a line of its own.
  expect(out).toMatch(/^$|\n$/);
  return { code, out, notes };
}

test("audit verify counts the entries on a whole line", async () => {
  expect(await callboard(["audit", "verify"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^verified: \d+ entr(y|ies).*\n/) as string,
  });
});

test.each([
  ["an empty file", "", "empty.json"],
  ["a file with nothing but white space", "\ufeff \n", "blank.json"],
])("%s is called empty by every command that reads one", async (_what, text, name) => {
  const file = join(host.dataDir, name);
  writeFileSync(file, text);
  for (const args of [["validate"], ["install"], ["trigger", "jira:issue_created", "--data"]]) {
    const { code, notes } = await callboard([...args, file]);
    expect([code, notes]).toEqual([1, expect.stringContaining(`The file ${file} is empty`)]);
  }
  expect((await callboard(["validate", "-"], {}, "\n")).notes).toContain("Standard input is empty");
});

test("a byte order mark in front of a file is no part of its JSON", async () => {
  const { code } = await callboard(
    ["trigger", "jira:issue_created", "--data", "-"],
    {},
    '\ufeff{"issue":{}}',
  );
  expect(code).toBe(0);
});

test("an add-on is validated, installed, listed, shown, disabled, enabled and uninstalled", async () => {
  const url = `${addon.url}/atlassian-connect.json`;
  expect(await callboard(["validate", url])).toMatchObject({
    code: 0,
    out: expect.stringContaining("valid: com.example.cli"),
  });
  const installed = await callboard(["install", url]);
  expect(installed).toMatchObject({ code: 0, notes: "" });
  expect(installed.out).toContain("installed on jira: com.example.cli");
  expect(installed.out).toContain(`jira:issue_created  ${addon.url}/created`);
  expect((await callboard(["addons"])).out).toMatch(/^com\.example\.cli {2}enabled/m);
  const shown = await callboard(["addons", "show", "com.example.cli", "--json"]);
  expect(JSON.parse(shown.out)).toMatchObject({ key: "com.example.cli", state: "enabled" });
  expect((await callboard(["addons", "show", "com.example.cli"])).out).toMatch(
    /\n {2}\d{4}-\d\d-\d\dT\S+ {2}installed callback: accepted 204 in \d+ ms\n/,
  );
  expect((await callboard(["disable", "com.example.cli"])).out).toContain("disabled on jira");
  expect((await callboard(["enable", "com.example.cli"])).out).toContain("enabled on jira");
});

test("an upgrade is called so, and says what it changed", async () => {
  const url = `${addon.url}/atlassian-connect.json`;
  events = ["jira:issue_created", "jira:issue_updated"];
  const added = await callboard(["install", url]);
  events = ["jira:issue_created"];
  const removed = await callboard(["install", url]);

  expect(added.out).toContain("upgraded on jira: com.example.cli");
  expect(added.out).toContain("webhooks: 1 added, 0 removed, 0 changed, 1 as before");
  expect(added.out).toContain(`+ jira:issue_updated  ${addon.url}/created`);
  expect(removed.out).toContain(`- jira:issue_updated  ${addon.url}/created`);
});

test("what an add-on answers instead of accepting is shown", async () => {
  installedAnswer = { status: 500, text: "TypeError: no store\n\u001b[31mat install" };
  const refused = await callboard(["install", `${addon.url}/atlassian-connect.json`]);
  installedAnswer = { status: 204, text: "" };

  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.notes).toContain(
    `Response of ${addon.url}/installed:\n    TypeError: no store\n    \uFFFD[31mat install\n`,
  );
  expect((await callboard(["addons", "show", "com.example.cli"])).out).toMatch(
    /^com\.example\.cli .* enabled/,
  );
});

describe("trigger", () => {
  test("of an event of another product names the sites that have it, otherwise the closest name", async () => {
    await host.call("POST", "/api/v1/sites", { key: "wiki", product: "confluence", name: "Wiki" });
    const elsewhere = await callboard(["trigger", "page_created"]);
    expect([elsewhere.code, elsewhere.out]).toEqual([4, ""]);
    expect(elsewhere.notes).toContain('"page_created" is an event type of confluence, not of jira');
    expect(elsewhere.notes).toContain("Use --site confluence or --site wiki");
    expect(elsewhere.notes).not.toContain("board_created");

    const { notes } = await callboard(["trigger", "issue_cretaed"]);
    expect(notes).toContain("did you mean jira:issue_created");
    await host.call("DELETE", "/api/v1/sites/wiki");
  });

  test("of an event about an add-on says how to name the add-on", async () => {
    const { notes } = await callboard(["trigger", "connect_addon_enabled"]);
    expect(notes).toContain("connect_addon_enabled goes only to the add-on that it is about");
    expect(notes).toContain("--set key=");
    const named = await callboard(["trigger", "connect_addon_enabled", "--set", "key=com.example.none"]);
    expect(named.notes).not.toContain("--set key=");
  });

  test("sends the sample with what was set, and exits by the outcome", async () => {
    const { code, out } = await callboard([
      "trigger",
      "jira:issue_created",
      "--set",
      "issue.key=DEMO-7",
      "--set",
      "extra.list:=[1,2]",
      "--wait",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out).deliveries).toMatchObject([{ state: "delivered", lastStatus: 204 }]);
    const body = JSON.parse(addon.received.at(-1)!.body.toString());
    expect([body.issue.key, body.extra.list]).toEqual(["DEMO-7", [1, 2]]);
  });

  test("a delivery that fails is exit code 1, and shown with its cause", async () => {
    answers = [400];
    const { code, out } = await callboard(["trigger", "jira:issue_created", "--wait"]);
    expect(code).toBe(1);
    expect(out).toContain("failed (rejected)");
    const id = /dlv_\S+/.exec(out)![0];
    const shown = await callboard(["deliveries", "show", id]);
    expect(shown.out).toContain("The receiver says that it does not understand the request.");
    expect((await callboard(["deliveries", "list", "--state", "failed"])).out).toContain(id);
    const listed = async (reason: string, ...more: readonly string[]) =>
      (await callboard(["deliveries", "list", "--reason", reason, ...more])).out;
    expect(await listed("rejected")).toContain(id);
    expect(await listed("exhausted")).toBe("");
    expect(await listed("rejected", "--state", "delivered")).toBe("");
    const counted = await callboard(["redeliver", "--failed", "--reason", "exhausted", "--dry-run"]);
    expect(counted.out).toBe("0 deliveries would be reopened\n");
    expect((await callboard(["redeliver", id])).code).toBe(0);
  });

  test("nobody there is exit code 1 with --wait, and why can be asked", async () => {
    const { code, out, notes } = await callboard(["trigger", "jira:issue_deleted", "--wait"]);
    expect([code, notes]).toEqual([1, expect.stringContaining("callboard events why")]);
    const id = /evt_\S+/.exec(out)![0];
    const why = await callboard(["events", "why", id]);
    expect(why.out).toContain(
      "  not sent to CLI (com.example.cli): not subscribed to jira:issue_deleted; has jira:issue_created\n",
    );
    const named = await callboard(["events", "why", id, "--addon", "com.example.cli", "--json"]);
    expect(JSON.parse(named.out).receivers).toMatchObject([{ name: "CLI", kind: "not-subscribed" }]);
    const unknown = await callboard(["events", "why", id, "--addon", "com.example.none"]);
    expect(unknown).toMatchObject({ code: 4, notes: expect.stringContaining("No site has an add-on") });
    expect((await callboard(["events", "why", id, "--addon", "a", "--webhook", "b"])).code).toBe(2);
  });

  test("why names the receiver that did not get it, and the reason", async () => {
    const url = `${addon.url}/hook`;
    const values = { name: "Filtered", url, filter: "project = OTHER" };
    const made = await host.call("POST", "/api/v1/sites/jira/webhooks", values);
    const fired = await callboard(["trigger", "jira:issue_created", "--json"]);
    const { out } = await callboard(["events", "why", JSON.parse(fired.out).id]);
    const receiver = `Filtered (${made.body.id as string})`;
    expect(out).toContain(`not sent to ${receiver}: the filter's project = OTHER is not true of PIER-17`);
    await host.call("DELETE", `/api/v1/sites/jira/webhooks/${made.body.id as string}`);
  });

  test("a wait that was too short names what still waits and where to look", async () => {
    answers = [503];
    const args = ["trigger", "jira:issue_created", "--wait", "--until-done", "--timeout", "2500ms"];
    const { code, notes, out } = await callboard(args);
    const id = /dlv_\S+/.exec(out)![0];
    expect(code).toBe(1);
    expect(notes).toMatch(/^com\.example\.cli {2}attempt 1: 503 in \d+ ms, next attempt at \d{4}-\S+\n/);
    expect(notes).toContain("\nWaiting up to 2500ms for 1 delivery\n");
    expect(notes).toContain("\nTimed out after 2500ms: 1 of 1 delivery not ended");
    expect(notes).toContain(`\n  com.example.cli  waiting  callboard deliveries show ${id}\n`);
    const shown = async () => (await callboard(["deliveries", "show", id])).out;
    expect(await shown()).toContain("\n  It waits for its next retry.\n");
    expect(await shown()).toMatch(/\n {2}next attempt at \d{4}-\d\d-\d\dT.*\n {2}param team: blue\n/);

    const again = await callboard(["redeliver", id, "--wait"]);
    expect(again.code).toBe(0);
    expect(again.notes).toMatch(/^com\.example\.cli {2}attempt 2: 204 in \d+ ms\n$/);
    expect(again.out).toMatch(/^com\.example\.cli .* {2}delivered {2}204 /);
  });

  test("in dev a wait ends with the first refusal, with the first line of the response", async () => {
    answers = [500];
    const args = ["trigger", "jira:issue_created", "--wait", "--json"];
    const { code, notes, out } = await callboard(args);
    expect(code).toBe(1);
    expect(notes).toMatch(
      /attempt 1: 500 in \d+ ms: TypeError: boom, next attempt at \S+\n1 delivery failed and will/,
    );
    const { deliveries } = JSON.parse(out);
    expect(deliveries).toMatchObject([{ state: "waiting", lastStatus: 500, attempts: [{ number: 1 }] }]);
    expect((await callboard(["redeliver", deliveries[0].id as string, "--wait"])).code).toBe(0);
    expect((await callboard(["redeliver", "--failed", "--wait"])).code).toBe(2);
  });

  test("in dev an attempt from before does not end the wait for a redelivery", async () => {
    answers = [500];
    const { out } = await callboard(["trigger", "jira:issue_created", "--wait", "--json"]);
    const [delivery] = JSON.parse(out).deliveries;
    answerAfterMs = 500;
    try {
      const again = await callboard(["redeliver", delivery.id as string, "--wait", "--json"]);
      expect([again.code, JSON.parse(again.out).state]).toEqual([0, "delivered"]);
    } finally {
      answerAfterMs = 0;
    }
  });

  test("a name that the catalogue does not know is fired with a payload of one's own", async () => {
    const unknown = await callboard(["trigger", "jira:issue_exploded"]);
    expect(unknown).toMatchObject({ code: 4, notes: expect.stringContaining("--data FILE") });
    const args = ["trigger", "jira:issue_exploded", "--data", "-", "--json"];
    const fired = await callboard(args, {}, '{"a":1}');
    expect([fired.code, JSON.parse(fired.out).event]).toEqual([0, "jira:issue_exploded"]);
  });

  test("data from standard input goes as it is", async () => {
    const payload = '{"n":12345678901234567890,  "issue":{"key":"A-1"}}';
    const args = ["trigger", "jira:issue_created", "--data", "-", "--wait"];
    expect((await callboard(args, {}, payload)).code).toBe(0);
    expect(addon.received.at(-1)!.body.toString()).toContain('"n":12345678901234567890,  "issue"');
  });

  test.each([
    ["no value", ["--set", "issue.key"]],
    ["JSON that is none", ["--set", "issue:={"]],
    ["text where the sample has an object", ["--set", "issue=x"]],
    ["a timeout that is none", ["--timeout", "soon"]],
  ])("%s is a mistake of usage", async (_name, more) => {
    expect((await callboard(["trigger", "jira:issue_created", ...more])).code).toBe(2);
  });
});

test("tail prints what happens from now on, and ends after the count", async () => {
  const tailing = callboard(["deliveries", "tail", "--count", "1", "--json", "--since", "1h"]);
  await callboard(["trigger", "jira:issue_created"]);
  const { code, out } = await tailing;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ event: "jira:issue_created" });
});

describe("redeliver --failed", () => {
  const reopened = async (args: readonly string[], typed?: string) =>
    callboard(["redeliver", "--failed", ...args], {}, "", typed);

  let path: string;

  beforeAll(async () => {
    answers = [400];
    await callboard(["trigger", "jira:issue_created", "--wait"]);
    const values = { name: "Tested", url: `${addon.url}/created`, events: ["jira:issue_deleted"] };
    const made = await host.call("POST", "/api/v1/sites/jira/webhooks", values);
    answers = [400];
    path = `/api/v1/sites/jira/webhooks/${made.body.id as string}`;
    const tested = await host.call("POST", `${path}/execute`, { event: "jira:issue_deleted" });
    expect(tested.body.state).toBe("failed");
  });
  afterAll(() => host.call("DELETE", path));
  // What is sent again must not take an answer that is meant for the next test.
  afterEach(() =>
    waitFor(async () => {
      const waiting = await host.call("GET", "/api/v1/deliveries?state=waiting");
      const leased = await host.call("GET", "/api/v1/deliveries?state=leased");
      expect([...waiting.body.items, ...leased.body.items]).toEqual([]);
    }),
  );

  test("without a filter needs --yes where nobody can be asked, and leaves tests out", async () => {
    const { out, code } = await reopened(["--dry-run"]);
    expect([code, out]).toEqual([0, "1 delivery would be reopened\n"]);
    const refused = await reopened([]);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.notes).toMatch(/^1 failed delivery of every site, receiver and time will be sent again/);
    expect(refused.notes).toContain("--yes");
    expect((await reopened(["--dry-run"])).out).toContain("1 delivery would be");
  });

  test("asks on a terminal, with the count", async () => {
    const asked = await reopened([], "n");
    expect(asked).toMatchObject({ code: 1, out: "" });
    expect(asked.notes).toMatch(/^1 failed delivery .*\nContinue\? \[y\/N\] error\[NOT_CONFIRMED\]/);
    expect((await reopened([], "y")).out).toBe("1 delivery reopened\n");
  });

  test("with a filter shows the count and goes on", async () => {
    const nothing = await reopened(["--addon", "com.example.none"]);
    expect(nothing).toMatchObject({ code: 0, out: "0 deliveries reopened\n" });
    answers = [400];
    await callboard(["trigger", "jira:issue_created", "--wait"]);
    const { notes, out } = await reopened(["--addon", "com.example.cli"]);
    expect([notes, out]).toEqual([
      "1 failed delivery matching addon will be sent again; tests are left out.\n",
      "1 delivery reopened\n",
    ]);
  });

  test("deliveries cancel asks in the same way", async () => {
    answers = [503];
    await callboard(["trigger", "jira:issue_created", "--wait"]);
    expect((await callboard(["deliveries", "cancel"])).code).toBe(2);
    const asked = await callboard(["deliveries", "cancel"], {}, "", "n");
    expect(asked.notes).toMatch(/^1 waiting delivery of every site, receiver and time will be canceled\./);
    const { code, out } = await callboard(["deliveries", "cancel", "--site", "jira"]);
    expect([code, out]).toEqual([0, "Canceled 1 waiting delivery\n"]);
    await callboard(["redeliver", "--failed", "--yes"]);
  });

  test("is a mistake of usage with another state, and needs --failed or an ID", async () => {
    expect((await reopened(["--state", "delivered"])).code).toBe(2);
    expect((await callboard(["redeliver"])).code).toBe(2);
  });

  test("the API redelivers failed tests only when they are asked for", async () => {
    const count = async (filter: object) =>
      (await host.call("POST", "/api/v1/redeliveries", { filter, dryRun: true })).body.count as number;
    expect(await count({ state: "failed", test: true })).toBe(1);
    expect(await count({ state: "failed" })).toBe(0);
  });
});

test("a webhook with a key pair prints its public key, and never a private one", async () => {
  const added = await callboard(["webhooks", "add", `${addon.url}/signed`, "--signature", "ed25519"]);
  expect(added.code).toBe(0);
  expect(added.out).toMatch(/\n {2}public key whpk_[A-Za-z0-9+/]{43}=\n/);
  const [id = ""] = added.out.split(" ");
  const rotated = await callboard(["webhooks", "rotate-secret", id]);
  expect(rotated.out).toMatch(/public key whpk_.*\n {2}public key whpk_.* \(signs until \d{4}-/);
  expect(added.out + added.notes + rotated.out + rotated.notes).not.toMatch(/whsk_|whsec_|secret/);
  const edited = await callboard(["webhooks", "edit", id, "--name", "Signed"]);
  expect(edited.out).toContain(/whpk_\S+/.exec(rotated.out)?.[0]);
  const other = await callboard(["webhooks", "add", `${addon.url}/x`, "--signature", "rsa"]);
  expect([other.code, other.notes]).toEqual([2, expect.stringContaining("standard, ed25519, hub-256, hub")]);
  await callboard(["webhooks", "delete", id, "--yes"]);
});

test("commands that destroy something say what ends with it, and ask on a terminal", async () => {
  const values = { name: "Doomed", url: `${addon.url}/doomed` };
  const { body } = await host.call("POST", "/api/v1/sites/jira/webhooks", values);
  const id = body.id as string;
  const token = await callboard(["token", "create", "doomed", "--scope", "read", "--json"]);
  const tokenId = JSON.parse(token.out).id as string;

  const kept = await callboard(["uninstall", "com.example.cli"], {}, "", "");
  expect(kept.code).toBe(1);
  expect(kept.notes).toMatch(/^Uninstalling com\.example\.cli from jira ends 1 webhook, \d+ waiting /);
  expect((await callboard(["addons"])).out).toContain("com.example.cli");
  const revoking = await callboard(["token", "revoke", tokenId], {}, "", "no");
  expect(revoking.notes).toContain('Revoking "doomed" ends its access: read on every site, last used never.');
  expect((await callboard(["token", "list"])).out).toContain(`${tokenId}  doomed`);
  const deleting = await callboard(["webhooks", "delete", id], {}, "", "no");
  expect(deleting.notes).toContain(
    `Deleting the webhook "Doomed" to ${values.url} ends 0 waiting deliveries.`,
  );
  expect((await callboard(["webhooks", "delete", id, "--yes"], {}, "", "no")).code).toBe(0);
  const [key] = JSON.parse((await callboard(["keys", "--json"])).out).items as { readonly kid: string }[];
  const withdrawing = await callboard(["keys", "withdraw", key!.kid], {}, "", "no");
  expect([withdrawing.code, withdrawing.notes]).toEqual([
    1,
    expect.stringMatching(/^Withdrawing .* takes effect at once.*\nContinue\? /),
  ]);
});

test("tokens and keys", async () => {
  const made = await callboard(["token", "create", "ci", "--scope", "read", "--site", "jira"]);
  expect(made.out).toMatch(/^cb_[0-9a-f]{12}_\S{43}\n$/);
  const id = made.out.split("_")[1]!;
  expect((await callboard(["token", "list"])).out).toContain(`${id}  ci`);
  const revoked = await callboard(["token", "revoke", id, "--json"]);
  expect([revoked.code, JSON.parse(revoked.out)]).toEqual([0, { id, revoked: true }]);
  const help = (await callboard(["token", "create", "--help"])).out;
  expect(SCOPES.filter((scope) => !help.includes(`"${scope}"`))).toEqual([]);
  expect((await callboard(["keys", "rotate", "signing"])).out).toContain("retired");
  expect((await callboard(["keys"])).out.trim().split("\n")).toHaveLength(3);
});

test("the catalogue", async () => {
  expect((await callboard(["catalogue", "list", "--product", "backlog"])).code).toBe(0);
  expect(JSON.parse((await callboard(["events", "sample", "jira:issue_created"])).out).issue).toBeDefined();
  expect((await callboard(["catalogue", "show", "jira:issue_created"])).out).toContain(
    "how well the body is known",
  );
  const moved = await callboard(["catalogue", "show", "21", "--product", "backlog"]);
  expect(moved.out).toContain("activity type: 21");
  expect(moved.out).toContain("note: ");
  const own = await callboard(["catalogue", "show", "connect_addon_enabled"]);
  expect(own.out).toContain("goes only to the add-on that it is about");
});

test("all event types are listed, however many pages of the API they fill", async () => {
  const events = Object.fromEntries(
    Array.from({ length: 1_100 }, (_, index) => [`crane.${index}`, { description: "A crane has stopped" }]),
  );
  const large = { product: "large", name: "Large", description: "Port operations", events };
  expect((await host.call("PUT", "/api/v1/products/large", large)).status).toBe(200);
  const listed = await callboard(["catalogue", "list", "--product", "large", "--json"]);
  const { items, next } = JSON.parse(listed.out) as { items: { event: string }[]; next: null };
  expect(new Set(items.map(({ event }) => event)).size).toBe(1_100);
  expect(next).toBeNull();
});

test("a catalogue is published and unpublished", async () => {
  const published = await callboard(["products", "publish", "jira"]);
  expect(published).toMatchObject({ code: 0, out: "published: jira, at /catalogue/jira of the server\n" });
  expect((await callboard(["products", "list"])).out).toMatch(/^jira .* public$/m);
  expect((await fetch(`${host.url}/catalogue/jira`)).status).toBe(200);
  const unpublished = await callboard(["products", "unpublish", "jira", "--json"]);
  expect(JSON.parse(unpublished.out)).toMatchObject({ product: "jira", public: false });
  expect((await fetch(`${host.url}/catalogue/jira`)).status).toBe(404);
  expect((await callboard(["products", "publish", "nowhere"])).code).not.toBe(0);
});

test("the samples of a Confluence site are those of its envelope", async () => {
  const cloud = { key: "cloud", product: "confluence", name: "Cloud", options: { envelope: "cloud" } };
  await host.call("POST", "/api/v1/sites", cloud);
  const shown = await callboard([
    ...["catalogue", "show", "space_created", "--product", "confluence", "--envelope", "cloud"],
  ]);
  expect(shown.out).toContain("how well the body is known: guessed");
  const fired = await callboard(["trigger", "space_created", "--site", "cloud", "--json"]);
  expect([fired.code, fired.notes]).toEqual([0, ""]);
  const { body } = await host.call("GET", `/api/v1/sites/cloud/events/${JSON.parse(fired.out).id}`);
  expect(JSON.parse(body.body)).toHaveProperty("userAccountId");
});

test("sites are created and listed", async () => {
  const args = ["sites", "add", "wiki", "--product", "confluence", "--name", "Docs"];
  expect(await callboard(args)).toMatchObject({
    code: 0,
    out: `created: wiki  confluence  Docs  ${host.url}/wiki\n`,
  });
  expect((await callboard(["sites"])).out).toContain("wiki        confluence  Docs");
  expect((await callboard(["sites", "add", "wiki", "--product", "jira"])).code).toBe(1);
});

test.each([
  [["addons", "--site", "tracker"], "callboard install"],
  [["deliveries", "--addon", "com.example.none"], "callboard trigger"],
  [["events", "received", "--site", "tracker"], "callboard trigger"],
  [["webhooks", "--site", "tracker"], "callboard webhooks create"],
])("where there is nothing, %j says what comes next, beside the result", async (args, next) => {
  expect(await callboard(args)).toMatchObject({ code: 0, out: "", notes: expect.stringContaining(next) });
  const { out } = await callboard([...args, "--json"]);
  expect(JSON.parse(out)).toEqual({ items: [], next: null });
});

test("the only problem there is is told once", async () => {
  const { notes } = await callboard(["events", "received", "--site", "Nowhere"]);
  expect(notes.split("\n")[0]).toContain("There is no site");
  const refused = await callboard(["validate", "--product", "trello", `${addon.url}/atlassian-connect.json`]);
  expect(refused.notes.match(/must be one of/g)).toHaveLength(1);
});

test("a server that is not Callboard is told apart", async () => {
  const other = await startReceiver((_request, response) => response.end("<html>hello</html>"));
  expect(await callboard(["addons"], { CALLBOARD_URL: other.url })).toMatchObject({
    code: 3,
    notes: expect.stringContaining("the response is not Callboard's"),
  });
  await other.close();
});

describe("exit codes", () => {
  const cases: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, number])[] = [
    ["an unknown command", ["instal"], {}, 2],
    ["a missing argument", ["install"], {}, 2],
    ["a slip in the name of a command", ["addons", "lst"], {}, 2],
    ["an unknown option", ["addons", "--sight", "x"], {}, 2],
    ["a count that is none", ["deliveries", "tail", "--count", "abc"], {}, 2],
    ["a limit of nothing", ["deliveries", "--limit", "0"], {}, 2],
    ["a scope that is none", ["token", "create", "x", "--scope", "root"], {}, 2],
    ["a kind of key that is none", ["keys", "rotate", "house"], {}, 2],
    ["an unknown product", ["catalogue", "--product", "trello"], {}, 4],
    ["help", ["--help"], {}, 0],
    ["nothing listens", ["addons"], { CALLBOARD_URL: "http://127.0.0.1:50999" }, 3],
    ["a URL that is none", ["addons"], { CALLBOARD_URL: "nowhere" }, 2],
    ["an unknown add-on", ["addons", "show", "com.example.none"], {}, 4],
    ["an unknown site", ["addons", "--site", "none"], {}, 4],
    ["an unknown event", ["trigger", "issue_made"], {}, 4],
    ["a file that is not there", ["validate", "/nowhere/at-all.json"], {}, 4],
    ["a wrong token", ["addons"], { CALLBOARD_TOKEN: "wrong" }, 5],
    ["no token", ["addons"], { CALLBOARD_TOKEN: "", CALLBOARD_DATA_DIR: "/nowhere" }, 5],
    ["a private address", ["install", "http://10.0.0.1/atlassian-connect.json"], {}, 5],
    ["a descriptor that cannot be had", ["install", "http://127.0.0.1:50999/x.json"], {}, 1],
  ];
  test.each(cases)("%s", async (_name, args, env, code) => {
    const ended = await callboard(args, env);
    expect(ended.code).toBe(code);
    if (code !== 0) expect([ended.out, ended.notes]).toEqual(["", expect.stringMatching(/^error/)]);
  });

  test("a descriptor with mistakes is exit code 1, each with its place", async () => {
    const path = join(host.dataDir, "bad.json");
    writeFileSync(path, '{"key":"x"}');
    const { code, out } = await callboard(["validate", path]);
    expect(code).toBe(1);
    expect(out).toContain("/baseUrl");
    writeFileSync(path, "<html>");
    expect((await callboard(["validate", path])).code).toBe(1);
  });
});

test("a baseUrl on another origin than the descriptor is warned of before the add-on is called", async () => {
  const elsewhere = await startReceiver((request, response) => {
    notesWhenCalled = request.url === "/installed" ? [...notes] : notesWhenCalled;
    response.writeHead(204).end();
  });
  let notesWhenCalled: readonly string[] = [];
  const notes: string[] = [];
  const serving = await startReceiver((_request, response) => {
    response.end(
      JSON.stringify({
        key: "com.example.elsewhere",
        baseUrl: elsewhere.url,
        authentication: { type: "none" },
        lifecycle: { installed: "/installed" },
      }),
    );
  });
  let out = "";
  const code = await run(["install", `${serving.url}/atlassian-connect.json`], {
    out: (text) => void (out += text),
    note: (text) => void notes.push(text),
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
    readInput: () => Promise.resolve(""),
  });

  expect(code).toBe(0);
  expect(notesWhenCalled.join("")).toContain(`but its baseUrl is at ${elsewhere.url}`);
  expect(out).not.toContain("/baseUrl");
  await callboard(["uninstall", "com.example.elsewhere"]);
  await elsewhere.close();
  await serving.close();
});

test("uninstalling says what was told to the add-on", async () => {
  expect((await callboard(["uninstall", "com.example.cli"])).out).toContain(
    "uninstalled from jira: com.example.cli",
  );
});

test("an outgoing webhook is added, listed, tested, edited, switched off and deleted", async () => {
  const added = await callboard([
    "webhooks",
    "add",
    `${addon.url}/hook`,
    "--event",
    "jira:issue_create",
    "--json",
  ]);
  expect(added).toMatchObject({ code: 0, notes: "" });
  const { id, warnings } = JSON.parse(added.out) as { id: string; warnings: { code: string }[] };
  expect(warnings.map(({ code }) => code)).toEqual(["EVENT_UNKNOWN"]);
  expect((await callboard(["webhooks"])).out).toMatch(new RegExp(`^${id} +- +never sent `, "m"));

  const tested = await callboard(["webhooks", "execute", id, "jira:issue_created"]);
  expect(tested).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^delivered {2}204 {2}\d+ ms {2}dlv_/),
  });
  const edited = await callboard(["webhooks", "edit", id, "--url", `${addon.url}/created`, "--name", "Made"]);
  expect(edited.out).toContain(`${id}  Made  ${addon.url}/created`);
  answers = [500];
  const failed = await callboard(
    ["webhooks", "execute", id, "x", "--data", "-"],
    {},
    '{"issue":{"key":"A-1"}}',
  );
  expect(failed).toMatchObject({ code: 1, out: expect.stringContaining("failed  500") });

  await callboard(["webhooks", "edit", id, "--no-active"]);
  const shown = await callboard(["webhooks", "list", "--json"]);
  expect(JSON.parse(shown.out).items).toMatchObject([
    { id, active: false, name: "Made", events: ["jira:issue_create"], status: "ERROR" },
  ]);
  expect(await callboard(["webhooks", "delete", id])).toMatchObject({ code: 0, out: `deleted: ${id}\n` });
  expect((await callboard(["webhooks", "delete", id])).code).toBe(4);
});

test("an edit of a webhook takes values away as well", async () => {
  const { out } = await callboard(["webhooks", "add", `${addon.url}/hook`, "--json"]);
  const { id } = JSON.parse(out) as { id: string };
  await callboard(["webhooks", "edit", id, "--event", "x", "--project", "DEMO", "--filter", "status = Done"]);
  const narrow = JSON.parse((await callboard(["webhooks", "list", "--json"])).out).items[0];
  expect(narrow).toMatchObject({ events: ["x"], project: "DEMO", filter: "status = Done" });
  await callboard(["webhooks", "edit", id, "--all-events", "--project", "", "--filter", ""]);
  const wide = JSON.parse((await callboard(["webhooks", "list", "--json"])).out).items[0];
  expect(wide).toMatchObject({ allEvents: true, events: null, project: null, filter: null });
  expect((await callboard(["webhooks", "edit", id, "--all-events", "--event", "x"])).code).toBe(2);
  await callboard(["webhooks", "delete", id]);
});

test("webhooks keep their format when something else is edited", async () => {
  const add = ["webhooks", "add", `${addon.url}/hook`, "--format", "slack", "--event", "endpoint.paused"];
  const { out } = await callboard([...add, "--json"]);
  const { id, format } = JSON.parse(out) as { id: string; format: string };
  expect(format).toBe("slack");
  expect((await callboard(["webhooks", "edit", id, "--description", "of operations"])).code).toBe(0);
  const list = await callboard(["webhooks", "list", "--json"]);
  const { items } = JSON.parse(list.out) as { items: { id: string; format: string }[] };
  expect(items.find((webhook) => webhook.id === id)?.format).toBe("slack");
  const unknown = await callboard(["webhooks", "add", addon.url, "--format", "carrier-pigeon"]);
  expect([unknown.code, unknown.notes]).toEqual([1, expect.stringContaining("standard, slack")]);
  await callboard(["webhooks", "delete", id, "--yes"]);
});

test("a secret that is made for a webhook is shown once", async () => {
  const added = await callboard(["webhooks", "add", `${addon.url}/hook`, "--generate-secret"]);
  expect(added.out).toMatch(/secret whsec_/);
  const [id = ""] = added.out.split(" ");
  expect((await callboard(["webhooks", "list", "--json"])).out).not.toContain("whsec_");
  await callboard(["webhooks", "delete", id]);
});
