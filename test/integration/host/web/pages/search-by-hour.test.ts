/** The search for text in bodies on the page Deliveries: the last hour, any other one, and from an hour to the one before. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerStatus, startReceiver } from "../../../../support/http-receiver.ts";
import type { Receiver } from "../../../../support/http-receiver.ts";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

let host: TestHost;
let session: PageSession;
let receiver: Receiver;
/** Begin of the hour in which the event was accepted, in UTC. */
let hourOfEvent: string;
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver(answerStatus(204));
  const webhook = { name: "Board", url: receiver.url, events: ["jira:issue_created"] };
  expect(await host.call("POST", "/api/v1/sites/jira/webhooks", webhook)).toMatchObject({ status: 201 });
  const event = { event: "jira:issue_created", payload: { note: "a needle in a body" } };
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", event);
  expect(accepted.status).toBe(202);
  const shown = await host.call("GET", `/api/v1/sites/jira/events/${accepted.body.id as string}`);
  hourOfEvent = `${(shown.body.createdAt as string).slice(0, 13)}:00`;
  session = await logIn(host);
});
afterAll(() => Promise.all([host.stop(), receiver.close()]));

const open = async (path: string) => {
  const response = await session.get(path);
  return { status: response.status, text: await response.text() };
};

/** The address of a link, by its words. */
function findLink(page: string, words: string): string {
  const [, href] = new RegExp(`<a class="[^"]*" href="([^"]*)">${words}</a>`).exec(page) ?? [];
  expect(href, words).toBeDefined();
  return (href ?? "").replaceAll("&amp;", "&").replace(/#.*$/, "");
}

const isFound = (page: string) => page.includes('data-key="dlv_');

test("text in a body is found in the last hour and in a chosen one, and not in the hour before", async () => {
  const asked = await open("/admin/deliveries?q=needle&site=jira");
  expect(isFound(asked.text)).toBe(false);
  expect(isFound((await open(findLink(asked.text, "Search the last hour"))).text)).toBe(true);

  const present = await open(findLink(asked.text, "Choose an hour"));
  expect(present.text).toMatch(
    /<div class="field" data-when="range=hour"><label for="hour">Hour from \(UTC\)<\/label><input id="hour" name="hour" type="datetime-local" value="\d{4}-\d\d-\d\dT\d\d:00:00">/,
  );
  expect(present.text).toMatch(/title="Time: \d{4}-\d\d-\d\d \d\d:00 to \d\d:00 UTC"/);

  // The event may be of the hour before, if the test began at its end.
  const chosen = await open(`/admin/deliveries?q=needle&site=jira&range=hour&hour=${hourOfEvent}`);
  expect(isFound(chosen.text)).toBe(true);
  const before = await open(findLink(chosen.text, "Search the hour before"));
  expect(isFound(before.text)).toBe(false);
  expect(before.text).toContain("No matching deliveries");
  expect(isFound((await open(findLink(before.text, "Search the hour after"))).text)).toBe(true);
});

test("an hour that is no time is refused by name", async () => {
  const refused = await open("/admin/deliveries?q=needle&range=hour&hour=noon");
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("hour")]);
});

test("deliveries that are chosen by an hour are redelivered and exported by it", async () => {
  const hour = "2020-01-31T12:00";
  const redeliver = await open(`/admin/deliveries/redeliver?range=hour&hour=${hour}`);
  expect(redeliver.text).toContain(`<option value="hour" selected>`);
  expect(redeliver.text).toContain(`<input type="hidden" name="hour" value="${hour}">`);
  const exported = await open(`/admin/deliveries/export?range=hour&hour=${hour}`);
  expect([exported.status, exported.text]).toEqual([200, ""]);
  const ofEvent = await open(`/admin/deliveries/export?range=hour&hour=${hourOfEvent}`);
  expect(ofEvent.text).toContain("dlv_");
});
