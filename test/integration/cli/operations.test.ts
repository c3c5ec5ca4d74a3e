/**
 * Every operation of the API has a command. Each row is run against a real host behind a server that records the requests, and prints
 * one JSON document.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../src/client/operation-table.ts";
import { run } from "../../../src/cli/index.ts";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import type { AlteringProxy } from "../../support/altering-proxy.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { listen } from "../../support/listen.ts";

type OperationId = keyof typeof OPERATIONS;

/** Operations that no row reaches, each with the reason. */
const EXEMPT: Readonly<Partial<Record<OperationId, string>>> = {
  exportEvents: "callboard export prints one line for each event: export.test.ts runs it",
  exportDeliveries: "callboard export, as above",
  createListener: "callboard listen goes on until it is ended: listen.test.ts runs it",
  streamListener: "callboard listen, as above",
  respondAsListener: "callboard listen, as above",
};

interface Row {
  /** Words of the command line; $NAME stands for a value of an earlier row. */
  readonly line: string;
  readonly reaches: readonly OperationId[];
  /** 0 when left out. */
  readonly code?: number;
  /** Name and path of a value of the result, for later rows. */
  readonly keep?: readonly [name: string, path: string];
  readonly input?: string;
}

const EVENTS =
  '{"event":"jira:issue_created","payload":{"n":1}}\n{"event":"jira:issue_updated","payload":{}}\n';
const PATCH = '{"description":"A crane has stopped for longer than a minute"}';

const ROWS: readonly Row[] = [
  { line: "sites create handbook --product confluence", reaches: ["createSite"] },
  { line: "sites list", reaches: ["listSites"] },
  { line: "sites edit handbook --envelope cloud", reaches: ["showSite", "changeSite"] },
  {
    line: "sites edit handbook --retention 90d --event-retention page_created=1d page_removed=2d",
    reaches: ["showSite", "changeSite"],
  },
  { line: "sites show handbook", reaches: ["showSite"] },
  {
    line: "sites delete handbook --yes",
    reaches: ["listAddons", "listWebhooks", "listDeliveries", "deleteSite"],
  },

  { line: "validate $DESCRIPTOR", reaches: ["validateDescriptor"] },
  { line: "install $DESCRIPTOR --dry-run", reaches: ["previewInstall"] },
  { line: "install $DESCRIPTOR", reaches: ["previewInstall", "installAddon"] },
  { line: "addons list", reaches: ["listAddons"] },
  { line: "addons show $ADDON", reaches: ["showAddon"] },
  { line: "addons upgrade $ADDON --dry-run", reaches: ["upgradeAddon"] },
  { line: "addons upgrade $ADDON", reaches: ["upgradeAddon"] },
  { line: "disable $ADDON", reaches: ["disableAddon"] },
  { line: "addons enable $ADDON", reaches: ["enableAddon"] },
  { line: "addons resume $ADDON", reaches: ["resumeAddon"] },
  { line: "addons rotate-secret $ADDON", reaches: ["rotateAddonSecret"] },
  { line: "login-link --addon $ADDON", reaches: ["createPortalLink"] },
  { line: "portal edit --title Harbor", reaches: ["changePortalLook"] },
  { line: "portal show", reaches: ["showPortalLook"] },

  { line: "directory add $DESCRIPTOR", reaches: ["addToDirectory"] },
  { line: "directory list --find bell", reaches: ["listDirectory"] },
  { line: "directory edit $ADDON --vendor Example", reaches: ["changeDirectoryEntry"] },
  { line: "directory show $ADDON", reaches: ["showDirectoryEntry"] },
  { line: "directory refresh $ADDON", reaches: ["refreshDirectoryEntry"] },
  { line: "directory refresh --no-wait", reaches: ["refreshDirectory"] },
  { line: "directory remove $ADDON", reaches: ["removeFromDirectory"] },

  {
    line: "webhooks create $RECEIVER/hook --event jira:issue_created",
    reaches: ["createWebhook"],
    keep: ["WEBHOOK", "id"],
  },
  { line: "webhooks list", reaches: ["listWebhooks"] },
  { line: "webhooks edit $WEBHOOK --description of-the-test", reaches: ["showWebhook", "replaceWebhook"] },
  { line: "webhooks show $WEBHOOK", reaches: ["showWebhook"] },
  { line: "webhooks rotate-secret $WEBHOOK", reaches: ["rotateWebhookSecret"] },
  { line: "webhooks resume $WEBHOOK", reaches: ["resumeWebhook"] },
  { line: "webhooks test $WEBHOOK jira:issue_created", reaches: ["testWebhook"] },
  { line: "webhooks test-url $RECEIVER/other jira:issue_created", reaches: ["testUnsavedWebhook"] },

  {
    line: "trigger jira:issue_created",
    reaches: ["showSite", "showEventType", "publishEvent"],
    keep: ["EVENT", "id"],
  },
  { line: "events publish -", reaches: ["publishEvents"], input: EVENTS },
  { line: "events list", reaches: ["listEvents"] },
  { line: "events show $EVENT", reaches: ["showEvent"] },
  { line: "events why $EVENT", reaches: ["explainEvent"] },
  { line: "webhooks preview $RECEIVER/other jira:issue_created --format slack", reaches: ["previewWebhook"] },
  { line: "webhooks preview $WEBHOOK jira:issue_created", reaches: ["showWebhook", "previewWebhook"] },
  { line: `webhooks try-filter {"issue.key":"DEMO-7"}`, reaches: ["tryBodyFilter"] },

  { line: "deliveries list --addon $ADDON", reaches: ["listDeliveries"], keep: ["DELIVERY", "items.0.id"] },
  { line: "deliveries show $DELIVERY", reaches: ["showDelivery"] },
  { line: "redeliver --failed --addon $ADDON --dry-run", reaches: ["redeliverMany"] },
  { line: "deliveries redeliver $DELIVERY", reaches: ["redeliver"] },
  { line: "endpoints list", reaches: ["listEndpoints"], keep: ["ENDPOINT", "items.0.number"] },
  { line: "endpoints list --site jira --state healthy", reaches: ["listSiteEndpoints"] },
  { line: "endpoints show $ENDPOINT", reaches: ["showEndpoint"] },
  { line: "endpoints update $ENDPOINT --rate 5/second", reaches: ["showEndpoint", "updateEndpoint"] },
  { line: "endpoints resume $ENDPOINT", reaches: ["resumeEndpoint"] },
  // Nothing waits for it.
  { line: "endpoints try $ENDPOINT", reaches: ["tryEndpoint"], code: 1 },
  { line: "deliveries cancel $DELIVERY", reaches: ["cancelDelivery"], code: 1 },
  { line: "deliveries cancel --site jira", reaches: ["cancelMany"] },

  { line: "replay --to-addon $ADDON --since 1h --dry-run", reaches: ["createReplay"] },
  {
    line: "replays create --to-addon $ADDON --since 1h --all --wait",
    reaches: ["createReplay", "showReplay"],
    keep: ["REPLAY", "id"],
  },
  { line: "replays list", reaches: ["listReplays"] },
  { line: "replays show $REPLAY", reaches: ["showReplay"] },
  { line: "replays cancel $REPLAY", reaches: ["cancelReplay"] },

  { line: "catalogue list", reaches: ["listEventTypes"] },
  { line: "catalogue list --product jira", reaches: ["listProductEventTypes"] },
  { line: "catalogue sample jira:issue_created", reaches: ["showEventType"] },
  { line: "products apply $FIXTURES/harbor.yaml", reaches: ["putProduct"] },
  { line: "products list", reaches: ["listProducts"] },
  { line: "products show harbor", reaches: ["showProduct"] },
  { line: "catalogue edit crane.stopped - --product harbor", reaches: ["patchEventType"], input: PATCH },
  { line: "products deprecated harbor", reaches: ["listDeprecatedEventTypes"] },
  { line: "products publish harbor", reaches: ["publishCatalogue"] },
  { line: "products changes harbor", reaches: ["listProductChanges"] },
  { line: "products change harbor 1", reaches: ["showProductChange"] },
  { line: "products delete harbor --yes", reaches: ["deleteProduct"] },

  { line: "listeners list", reaches: ["listListeners"] },
  // Nobody listens.
  { line: "listeners end lsn_1_0197f8a4b7e57d0a8d1f3c2b00000000", reaches: ["endListener"], code: 4 },

  { line: "tokens create reader --scope read", reaches: ["createToken"], keep: ["TOKEN", "id"] },
  { line: "tokens list", reaches: ["listTokens"] },
  { line: "tokens revoke $TOKEN --yes", reaches: ["listTokens", "revokeToken"] },
  { line: "open", reaches: ["createLoginLink"] },
  { line: "status", reaches: ["showStatus", "listLimits"] },
  { line: "settings show", reaches: ["showSettings"] },
  { line: "settings edit --body-retention 30d", reaches: ["showSettings", "changeSettings"] },
  { line: "keys list", reaches: ["listKeys"], keep: ["KEY", "items.0.kid"] },
  { line: "keys rotate", reaches: ["rotateKey"] },
  { line: "keys withdraw $KEY --yes", reaches: ["withdrawKey"] },
  // The host has no second master key.
  { line: "keys rekey", reaches: ["rekey"], code: 1 },
  {
    line: "backup $BACKUP",
    reaches: ["createBackup", "showBackup", "downloadBackup", "deleteBackup"],
  },
  { line: "erase --subject nobody@example.com --confirm", reaches: ["erase"] },
  { line: "audit list", reaches: ["listAudit"] },
  { line: "audit verify", reaches: ["verifyAudit"] },

  { line: "webhooks delete $WEBHOOK", reaches: ["deleteWebhook"] },
  { line: "uninstall $ADDON", reaches: ["uninstallAddon"] },
];

let host: TestHost;
let receiver: Receiver;
let recorder: { readonly url: string; readonly close: () => Promise<void> };
let recorded: OperationId[] = [];
/** A server of an earlier version: it sends no member that has no value here. */
let earlier: AlteringProxy;
const folder = mkdtempSync(join(tmpdir(), "callboard-operations-"));
const known = new Map<string, string>([
  ["FIXTURES", join(import.meta.dirname, "../../fixtures/products")],
  ["BACKUP", join(folder, "backup.sqlite")],
]);

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  receiver = await startReceiver(({ url }, response) => {
    if (url === "/atlassian-connect.json")
      response.setHeader("content-type", "application/json").end(DESCRIPTOR());
    else response.writeHead(204).end();
  });
  recorder = await listen((request, response) => {
    const { method = "", url = "" } = request;
    recorded.push(findOperation(method, url));
    const forwarded = sendRequest(host.url + url, { method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  earlier = await startAlteringProxy(host.url, (_path, chunks) => withoutNulls(chunks));
  known.set("RECEIVER", receiver.url).set("DESCRIPTOR", `${receiver.url}/atlassian-connect.json`);
  known.set("ADDON", "com.example.bell");
});
afterAll(async () => {
  await earlier.close();
  await recorder.close();
  await host.stop();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const DESCRIPTOR = () =>
  JSON.stringify({
    key: "com.example.bell",
    name: "Bell",
    baseUrl: receiver.url,
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] },
  });

async function* withoutNulls(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const text = Buffer.concat(all).toString();
  yield Buffer.from(text === "" ? "" : leaveOutNulls(text));
}

function leaveOutNulls(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, (_name, value: unknown) => value ?? undefined));
  } catch {
    return text;
  }
}

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

async function runAt(url: string, args: readonly string[], input = ""): Promise<Printed> {
  let [out, notes] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: url, CALLBOARD_TOKEN: host.token },
    readInput: () => Promise.resolve(input),
  });
  return { code, out, notes };
}

/** The operation of a request; one with a literal path goes before one with a parameter. */
function findOperation(method: string, url: string): OperationId {
  const steps = url.replace(/\?.*$/, "").split("/");
  const fitting = (Object.entries(OPERATIONS) as [OperationId, readonly [string, string]][])
    .filter(([, [wanted, template]]) => {
      const parts = template.split("/");
      return (
        wanted === method &&
        parts.length === steps.length &&
        parts.every((part, at) => part.startsWith("{") || part === steps[at])
      );
    })
    .toSorted(([, [, one]], [, [, other]]) => one.split("{").length - other.split("{").length);
  const [first] = fitting;
  if (first === undefined) throw new Error(`no operation is ${method} ${url}`);
  return first[0];
}

function readPath(value: unknown, path: string): string {
  const found = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], value);
  return String(found);
}

describe("each command asks the operation that it is for", () => {
  test.each(ROWS)("$line", async ({ line, reaches, code = 0, keep, input = "" }) => {
    recorded = [];
    const args = line.replaceAll(/\$([A-Z]+)/g, (word, name: string) => known.get(name) ?? word).split(" ");
    const { code: ended, out, notes } = await runAt(recorder.url, [...args, "--json"], input);
    expect({ code: ended, notes }).toMatchObject({ code });
    expect(reaches.filter((id) => !recorded.includes(id))).toEqual([]);
    const result: unknown = JSON.parse(code === 0 ? out : notes);
    expect(result).toBeTypeOf("object");
    if (keep !== undefined) known.set(keep[0], readPath(result, keep[1]));

    // What only reads is asked of an earlier server as well, and printed for people.
    if (!reaches.every((id) => OPERATIONS[id][0] === "GET")) return;
    const printed = await runAt(earlier.url, args, input);
    expect(printed).toMatchObject({ code });
    expect(printed.out + printed.notes).not.toMatch(/\b(?:undefined|NaN|Invalid Date|UNEXPECTED)\b/);
  });
});

test("every operation has a command, or a reason why not", () => {
  const reached = new Set(ROWS.flatMap(({ reaches }) => reaches));
  const missing = (Object.keys(OPERATIONS) as OperationId[]).filter(
    (id) => !reached.has(id) && EXEMPT[id] === undefined,
  );
  expect(missing, "add a command below src/cli/program, and a row here").toEqual([]);
  expect(
    Object.keys(EXEMPT).filter((id) => reached.has(id as OperationId)),
    "no longer exempt",
  ).toEqual([]);
});
