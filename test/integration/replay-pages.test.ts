/** Replays in the web app and on the command line. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;
let session: PageSession;
let webhook = "";
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  session = await logIn(host);
  await host.call("POST", "/api/v1/sites", { key: "board", name: "Board", product: "jira" });
  for (const event of ["jira:issue_created", "jira:issue_created", "jira:issue_deleted"])
    await host.call("POST", "/api/v1/sites/board/events", { event, payload: {} });
  const values = { name: "Chat", url: receiver.url, events: ["jira:issue_created"] };
  webhook = (await host.call("POST", "/api/v1/sites/board/webhooks", values)).body.id as string;
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const readText = async (path: string) => (await session.get(path)).text();
const toForm = (text: string) => ({ csrf: session.csrf, ...Object.fromEntries(new URLSearchParams(text)) });

async function callboard(...words: string[]) {
  const { out: output, ...result } = await runCommand(host, words);
  return { ...result, output };
}

const since = "2020-01-01T00:00:00";

test("the form has the receiver and the window of its address, and the preview starts nothing", async () => {
  const form = await readText(`/admin/replays/board/new?webhook=${webhook}&since=${since}Z`);
  expect(form).toContain(`<option value="webhook|${webhook}" selected>`);
  expect(form).toContain(`value="${since}"`);
  const fields = toForm(`to=webhook|${webhook}&since=${since}&onlyMissing=on&do=preview`);
  const preview = await session.post("/admin/replays/board/new", fields);
  const text = await preview.text();
  expect(preview.status).toBe(200);
  expect(text).toContain('<p class="figure">2 <span class="muted">of 3 events would be sent</span></p>');
  expect(text).toContain("not subscribed to jira:issue_deleted");
  expect(await readText("/admin/replays/board")).toContain("No replays on Board");
});

test("what is wrong stands beside its field", async () => {
  const fields = toForm(`to=webhook|${webhook}&since=2999-01-01T00:00:00&events=jira:nonsense&do=start`);
  const refused = await session.post("/admin/replays/board/new", fields);
  const text = await refused.text();
  expect(refused.status).toBe(422);
  expect(text).toMatch(/id="since-error"><p>Events since must be before now/);
  expect(text).toMatch(/id="events-error"><p>Jira has no event type/);
});

test("the started replay has a page with its progress, and is listed", async () => {
  const fields = toForm(`to=webhook|${webhook}&since=${since}&onlyMissing=on&do=start`);
  const started = await session.post("/admin/replays/board/new", fields);
  const path = started.headers.get("location") ?? "";
  expect([started.status, path]).toEqual([
    303,
    expect.stringMatching(/^\/admin\/replays\/board\/rpl_\d+_\d+\?notice=replay-started$/),
  ]);
  await waitFor(async () => {
    const page = await readText(path);
    expect(page).toContain("Done");
    expect(page).not.toContain("Cancel replay");
  });
  expect(await readText(path)).toContain("2 new, 0 redelivered");
  expect(await readText("/admin/replays/board")).toContain("3 of about 3");
});

test("a running replay is canceled on its page, and named when another one is refused", async () => {
  receiver.answer = () => undefined;
  const events = Array.from({ length: 1_000 }, () => ({ event: "jira:issue_created", payload: {} }));
  const late = { name: "Late", url: receiver.url, events: ["jira:issue_updated"] };
  const { id } = (await host.call("POST", "/api/v1/sites/board/webhooks", late)).body;
  await host.call("POST", "/api/v1/sites/board/events/batch", { events });
  await host.call("POST", "/api/v1/sites/board/events/batch", { events });
  await host.call("PUT", `/api/v1/sites/board/webhooks/${id}`, { ...late, events: ["jira:issue_created"] });
  const fields = toForm(`to=webhook|${id}&since=${since}&onlyMissing=on&do=start`);
  const started = await session.post("/admin/replays/board/new", fields);
  const path = (started.headers.get("location") ?? "").replace(/\?.*/, "");
  const second = await session.post("/admin/replays/board/new", fields);
  expect([second.status, await second.text()]).toEqual([409, expect.stringContaining(`href="${path}"`)]);
  expect(await readText(path)).toContain("Cancel replay");
  const cancelled = await session.post(`${path}/cancel`, { csrf: session.csrf });
  expect(cancelled.headers.get("location")).toBe(`${path}?notice=replay-cancelled`);
  expect(await readText(path)).toContain("Canceled");
  receiver.answer = answerStatus(204);
}, 60_000);

test("a replay is offered after a changed filter, a resume, an install and an upgrade, and on each receiver's page", async () => {
  const [, , no] = webhook.split("_");
  const path = `/admin/webhooks/board/${no}`;
  const values =
    "name=Chat&url=" + encodeURIComponent(receiver.url) + "&format=jira&active=on&secretChoice=none&do=save";
  const same = await session.post(path, toForm(`${values}&event=jira:issue_created`));
  expect(same.headers.get("location")).toBe("/admin/webhooks/board?notice=webhook-saved");
  const changed = await session.post(
    path,
    toForm(`${values}&event=jira:issue_created&filter=project+%3D+DEMO`),
  );
  const offered = changed.headers.get("location") ?? "";
  expect(offered).toMatch(new RegExp(`^${path}\\?missed=`));
  expect(await readText(offered)).toContain("It may have missed events since");
  expect(await readText(path)).toContain(`/admin/replays/board/new?webhook=${webhook}&amp;since=`);
  const resumed = await session.post(`${path}/resume`, { csrf: session.csrf });
  expect(resumed.headers.get("location")).toMatch(/\?missed=.*&notice=receiver-resumed$/);

  const addon = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  const installed = await session.post("/admin/addons", {
    csrf: session.csrf,
    site: "board",
    url: addon.descriptorUrl,
  });
  expect(installed.headers.get("location")).toMatch(/^\/admin\/addons\/board\/org\.example\.bell\?missed=/);
  const upgraded = await session.post("/admin/addons/board/org.example.bell/upgrade", { csrf: session.csrf });
  const after = upgraded.headers.get("location") ?? "";
  expect(after).toMatch(/\?missed=.*&notice=addon-upgraded$/);
  expect(await readText(after)).toContain("/admin/replays/board/new?addon=org.example.bell&amp;since=");
  const endpoint = /"(\/admin\/endpoints\/board\/\d+)">Bell</.exec(await readText("/admin/endpoints"))?.[1];
  expect(await readText(endpoint ?? "")).toContain(
    "/admin/replays/board/new?addon=org.example.bell&amp;since=",
  );
  await addon.close();
});

test("the command line previews, starts and waits, lists, shows and cancels", async () => {
  const to = ["replay", "--site", "board", "--to-webhook", webhook, "--since", "1h"];
  const preview = await callboard(...to, "--dry-run", "--event", "jira:issue_deleted");
  expect(preview).toMatchObject({ code: 0 });
  expect(preview.output).toContain("0 of 1 events would be sent\nleft out: 1 not-subscribed");
  const done = await callboard(...to, "--wait", "--json");
  const replay = JSON.parse(done.output) as { readonly id: string };
  expect([done.code, replay]).toEqual([0, expect.objectContaining({ state: "done", waiting: 0 })]);
  expect((await callboard("replay", "list", "--site", "board")).output).toContain(replay.id);
  expect((await callboard("replay", "show", replay.id, "--site", "board")).output).toContain("left out:");
  expect((await callboard("replay", "cancel", replay.id, "--site", "board")).output).toContain(
    `${replay.id}  done`,
  );
  const usage = await callboard("replay", "--site", "board", "--since", "1h");
  expect([usage.code, usage.notes]).toEqual([
    2,
    expect.stringContaining("--to-addon KEY or --to-webhook ID"),
  ]);
}, 60_000);
