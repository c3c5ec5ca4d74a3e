/** A backlog is cleared at once: by the API, the command line and the page, and what was cleared is not sent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;
const held: (() => void)[] = [];

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_ENDPOINT_CONCURRENCY: "1" });
  receiver = await startReceiver((_request, response) => void held.push(() => response.writeHead(204).end()));
  await host.call("POST", "/api/v1/sites", { key: "board", name: "Board", product: "jira" });
  await host.call("POST", "/api/v1/sites/board/webhooks", { name: "Slow", url: receiver.url });
});
afterAll(async () => {
  for (const answer of held) answer();
  await host.stop();
  await receiver.close();
});

/** Posts events until the receiver holds one of them and the others wait. */
async function fill(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await host.call("POST", "/api/v1/sites/board/events", { event: "jira:issue_created", payload: {} });
  }
}
const listItems = async (state: string): Promise<readonly { readonly reason: string | null }[]> =>
  (await host.call("GET", `/api/v1/deliveries?site=board&state=${state}`)).body.items as readonly {
    readonly reason: string | null;
  }[];
const countItems = async (state: string) => (await listItems(state)).length;

test("a dry run counts, and the call cancels what waits", async () => {
  await fill(5);
  await waitFor(() => expect(held).toHaveLength(1));
  const wanted = { filter: { site: "board" }, dryRun: true };
  expect((await host.call("POST", "/api/v1/cancellations", wanted)).body).toMatchObject({
    count: 5,
    more: false,
    dryRun: true,
  });
  expect(await countItems("waiting")).toBe(5);

  const made = await host.call("POST", "/api/v1/cancellations", { filter: { site: "board" } });
  expect(made.body).toEqual({ count: 5, more: false, dryRun: false });
  const reasons = (await listItems("failed")).map(({ reason }) => reason);
  expect(reasons).toEqual(Array.from({ length: 5 }, () => "cancelled"));
});

test("what was canceled is not sent, and can be redelivered", async () => {
  for (const answer of held.splice(0)) answer();
  await fill(1);
  await waitFor(() => expect(receiver.received).toHaveLength(2));
  for (const answer of held.splice(0)) answer();
  await waitFor(async () => expect(await countItems("delivered")).toBe(1));

  await host.call("POST", "/api/v1/redeliveries", { filter: { site: "board", state: "failed" } });
  await waitFor(() => {
    for (const answer of held.splice(0)) answer();
    expect(receiver.received).toHaveLength(7);
  });
});

test("only what waits can be canceled", async () => {
  const refused = await host.call("POST", "/api/v1/cancellations", { filter: { state: "failed" } });
  expect([refused.status, refused.body.code]).toEqual([422, "BODY_SCHEMA"]);
});

test("the command line and the page do the same", async () => {
  await waitFor(async () => {
    for (const answer of held.splice(0)) answer();
    expect(await countItems("waiting")).toBe(0);
  });
  await fill(3);
  const session = await logIn(host);
  const page = await session.get("/admin/deliveries/cancel?site=board");
  expect(await page.text()).toContain("Cancel 3 deliveries");
  let output = "";
  const cli = (...words: string[]) =>
    run(words, {
      out: (text) => void (output += text),
      note: () => undefined,
      env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
      readInput: () => Promise.resolve(""),
    });
  expect(await cli("deliveries", "cancel", "--site", "board", "--dry-run")).toBe(0);
  expect(await cli("deliveries", "cancel", "--site", "board")).toBe(0);
  expect(output).toBe("Would cancel 3 waiting deliveries\nCanceled 3 waiting deliveries\n");

  await fill(2);
  const done = await session.post("/admin/deliveries/cancel", { csrf: session.csrf, site: "board" });
  expect(done.headers.get("location")).toContain("notice=deliveries-cancelled");
  expect(await countItems("waiting")).toBe(0);
});
