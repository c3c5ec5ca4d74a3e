/** What a product may leave out of or add to its own webhook: the body, a slash at the end of the URL. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { sendText } from "../support/socket-text.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  const url = `${receiver.url}/w?issue={issue.key}`;
  expect((await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "w", url })).status).toBe(201);
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const token = () => encodeURIComponent(host.token);
const post = (path: string, headers: string, body = "") =>
  sendText(
    host.url,
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${body}`,
  );
const parseStatus = (answered: string) => Number(answered.split(" ")[1]);
/** The id of the one delivery in an answer. */
const deliveryIn = (answered: string) => /"deliveries":\[\{"id":"(dlv_[^"]+)"/.exec(answered)?.[1] ?? "";
const shown = (id: string) =>
  waitFor(async () => {
    const { body } = await host.call("GET", `/api/v1/deliveries/${id}`);
    expect(body.state).toBe("delivered");
    return body as { body: string | null; event: string };
  });

describe("a body that is left out", () => {
  test.each([
    ["without content type and length", ""],
    ["with length 0", "Content-Length: 0\r\n"],
    ["with length 0 and a content type", "Content-Type: application/json\r\nContent-Length: 0\r\n"],
  ])("%s is accepted with ?event=, and receivers get an empty body", async (_how, headers) => {
    const before = receiver.received.length;
    const answered = await post(`/jira/ingest/${token()}?event=jira:issue_deleted`, headers);
    expect(parseStatus(answered)).toBe(202);
    const delivery = await shown(deliveryIn(answered));
    expect([delivery.event, delivery.body]).toEqual(["jira:issue_deleted", ""]);
    const [request] = receiver.received.slice(before);
    expect([request?.url, request?.body.toString()]).toEqual(["/w?issue=", ""]);
    const [event] = (await host.call("GET", "/api/v1/sites/jira/events?limit=1")).body.items as {
      id: string;
    }[];
    expect((await host.call("GET", `/api/v1/sites/jira/events/${event!.id}`)).status).toBe(200);
  });

  test("is redelivered as it was", async () => {
    const id = deliveryIn(await post(`/jira/ingest/${token()}?event=jira:issue_deleted`, ""));
    await shown(id);
    const before = receiver.received.length;
    expect((await host.call("POST", `/api/v1/deliveries/${id}/redeliver`)).status).toBe(202);
    await waitFor(() => expect(receiver.received).toHaveLength(before + 1));
    expect(receiver.received.at(-1)?.body.toString()).toBe("");
  });

  test("is refused where the event is in the body", async () => {
    const answered = await post(`/jira/ingest/${token()}`, "Content-Length: 0\r\n");
    expect(parseStatus(answered)).toBe(415);
  });

  test("has an event name that is checked as every other", async () => {
    const answered = await post(`/jira/ingest/${token()}?event=${"x".repeat(201)}`, "");
    expect([parseStatus(answered), answered.includes("EVENT_SCHEMA")]).toEqual([422, true]);
  });
});

test.each([
  ["/jira/ingest/", '{"webhookEvent":"jira:issue_updated"}'],
  ["/jira/ingest/?event=jira:issue_updated", "{}"],
  ["/jira/ingest/TOKEN/", '{"webhookEvent":"jira:issue_updated"}'],
  ["/jira/ingest/TOKEN/?event=jira:issue_updated", "{}"],
  ["/api/v1/sites/jira/events/", '{"event":"jira:issue_updated"}'],
  ["/api/v1/sites/jira/events/batch/", '{"events":[{"event":"jira:issue_updated"}]}'],
])("a slash at the end of %s changes nothing", async (path, body) => {
  const reply = await host.call("POST", path.replace("TOKEN", token()), body);
  expect(reply.status).toBe(202);
});
