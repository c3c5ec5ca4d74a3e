/** Formats of outgoing webhooks, from the request that makes one to what its receiver gets, and previews of both. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const ROUTING_KEY = "canary0fR0utingKeyOfThisTest0001";
const SITE = "/api/v1/sites/jira";
const PAYLOAD = {
  issue: { key: "DEMO-7", fields: { summary: "<!channel> [x](https://evil.example)" } },
  big: 1,
};

let host: TestHost;
let page: PageSession;
let receiver: Receiver;

beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  receiver = await startReceiver();
  page = await logIn(host);
});
afterEach(async () => {
  const { body } = await host.call("GET", `${SITE}/webhooks`);
  for (const { id } of body.items) await host.call("DELETE", `${SITE}/webhooks/${id as string}`);
  receiver.received.length = 0;
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const values = (more: object) => ({
  name: "Chat",
  url: `${receiver.url}/hook`,
  events: ["crane:moved"],
  ...more,
});
const add = (more: object): Promise<Reply> => host.call("POST", `${SITE}/webhooks`, values(more));
const publish = (payload: object = PAYLOAD): Promise<Reply> =>
  host.call("POST", `${SITE}/events`, { event: "crane:moved", payload });

/** The request of an event for a webhook with these values. */
async function receive(more: object, payload?: object) {
  const made = await add(more);
  expect(made.status, made.text).toBe(201);
  const accepted = await publish(payload);
  await waitFor(() => expect(receiver.received).toHaveLength(1));
  const [request] = receiver.received;
  const { headers, body } = request!;
  return {
    headers,
    text: body.toString(),
    eventId: accepted.body.id as string,
    deliveryId: accepted.body.deliveries[0].id as string,
  };
}

/** The text of a page. */
const read = async (path: string): Promise<string> => (await page.get(path)).text();

describe("the receiver of a webhook gets", () => {
  test("a message of Slack without a mention or link", async () => {
    const { headers, text, deliveryId } = await receive({ format: "slack" });
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    const sent = JSON.parse(text) as { text: string };
    expect(sent.text.split("\n")[0]).toBe("crane:moved on Jira");
    expect(sent.text).toContain("issue key: DEMO-7");
    expect(sent.text).toContain(
      "issue fields summary: &lt;!channel&gt; [x](https:\u2060//evil.\u2060example)",
    );
    // The delivery log has the very body.
    expect((await host.call("GET", `/api/v1/deliveries/${deliveryId}`)).body.body).toBe(text);
  });

  test.each([
    [
      "teams",
      (sent: unknown) =>
        expect(sent).toMatchObject({
          type: "message",
          attachments: [{ contentType: "application/vnd.microsoft.card.adaptive" }],
        }),
    ],
    [
      "discord",
      (sent: unknown) =>
        expect(sent).toMatchObject({
          content: expect.stringContaining("DEMO\\-7") as string,
          allowed_mentions: { parse: [] },
        }),
    ],
    [
      "google-chat",
      (sent: unknown) => expect(sent).toMatchObject({ text: expect.stringContaining("DEMO-7") as string }),
    ],
  ])("a message of %s", async (format, check) => {
    check(JSON.parse((await receive({ format })).text));
  });

  test("a CloudEvent, structured", async () => {
    const { headers, text, eventId } = await receive({ format: "cloudevents" });
    expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(JSON.parse(text)).toMatchObject({
      specversion: "1.0",
      id: eventId,
      type: "crane:moved",
      subject: "DEMO-7",
      site: "jira",
      data: PAYLOAD,
    });
  });

  test("a CloudEvent, binary, signed over the body", async () => {
    const { headers, text, eventId } = await receive({ format: "cloudevents-binary", generateSecret: true });
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "ce-specversion": "1.0",
      "ce-id": eventId,
      "ce-type": "crane:moved",
      "ce-site": "jira",
      "webhook-signature": expect.stringMatching(/^v1,/) as string,
    });
    expect(JSON.parse(text)).toMatchObject(PAYLOAD);
    const beside = values({ format: "cloudevents-binary", headers: { "ce-id": "1", "ce-custom": "2" } });
    const refused = await host.call("POST", `${SITE}/webhooks`, beside);
    expect(refused.body.errors).toMatchObject([{ pointer: "/headers/ce-id", code: "HEADER_VALUE" }]);
  });

  test("what its own template makes, again when it is redelivered after a change of the template", async () => {
    const template =
      '{"key": "{{issue.key}}", "summary": {{issue.fields.summary}}, "site": "{{callboard.site.key}}"}';
    const { text, deliveryId } = await receive({ format: "template", template });
    expect(JSON.parse(text)).toEqual({ key: "DEMO-7", summary: PAYLOAD.issue.fields.summary, site: "jira" });
    const [webhook] = (await host.call("GET", `${SITE}/webhooks`)).body.items as {
      id: string;
      template: string;
    }[];
    expect(webhook?.template).toBe(template);
    const changed = await host.call(
      "PUT",
      `${SITE}/webhooks/${webhook!.id}`,
      values({ format: "template", template: "[{{issue.key}}]" }),
    );
    expect(changed.status, changed.text).toBe(200);
    await host.call("POST", `/api/v1/deliveries/${deliveryId}/redeliver`);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received[1]?.body.toString()).toBe('["DEMO-7"]');
  });

  test("an alert of PagerDuty with the routing key, which nothing else shows", async () => {
    const { text, deliveryId } = await receive({ format: "pagerduty", routingKey: ROUTING_KEY });
    expect(JSON.parse(text)).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: "trigger",
      payload: { custom_details: PAYLOAD },
    });
    const [webhook] = (await host.call("GET", `${SITE}/webhooks`)).body.items as {
      id: string;
      hasRoutingKey: boolean;
    }[];
    expect(webhook?.hasRoutingKey).toBe(true);
    // An edit without it keeps it, also in a preview.
    const edited = values({ format: "pagerduty", name: "Alerts" });
    expect((await host.call("PUT", `${SITE}/webhooks/${webhook!.id}`, edited)).status).toBe(200);
    const preview = await host.call("POST", `${SITE}/webhooks/preview`, {
      ...edited,
      id: webhook!.id,
      event: "crane:moved",
    });
    expect(preview.body.items[0].body).toContain('"routing_key":"[masked]"');
    await publish();
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received[1]?.body.toString()).toContain(ROUTING_KEY);
    const shown = await host.call("GET", `/api/v1/deliveries/${deliveryId}`);
    expect(shown.body.body).toContain('"routing_key":"[masked]"');
    const pages = [
      `/admin/deliveries/${deliveryId}`,
      `/admin/deliveries/${deliveryId}/body`,
      "/admin/webhooks/jira",
      `/admin/webhooks/jira/${webhook!.id.split("_")[2]}`,
    ];
    const texts = await Promise.all(pages.map((path) => read(path)));
    for (const told of [
      preview.text,
      shown.text,
      (await host.call("GET", `${SITE}/webhooks/${webhook!.id}`)).text,
      ...texts,
    ])
      expect(told).not.toContain(ROUTING_KEY);
  });
});

describe("the limit of a target", () => {
  test("cuts a text, and the attempt says so", async () => {
    const { text, deliveryId } = await receive({ format: "discord" }, { text: "x".repeat(5_000) });
    expect((JSON.parse(text) as { content: string }).content).toHaveLength(2_000);
    await waitFor(async () => {
      const { body } = await host.call("GET", `/api/v1/deliveries/${deliveryId}`);
      expect(body.attempts).toMatchObject([
        { detail: "Body cut from 5,052 characters to 2,000 characters: Discord accepts 2,000 characters" },
      ]);
    });
    expect(await read(`/admin/deliveries/${deliveryId}`)).toContain("Body cut from 5,052 characters");
  });

  test("fails a body of which nothing can be left out, without a request", async () => {
    await add({ format: "pagerduty", routingKey: ROUTING_KEY });
    const accepted = await publish({ text: "x".repeat(600_000) });
    const deliveryId = accepted.body.deliveries[0].id as string;
    await waitFor(async () => {
      const { body } = await host.call("GET", `/api/v1/deliveries/${deliveryId}`);
      expect(body).toMatchObject({ state: "failed", reason: "over-limit", attempts: [], body: "" });
      expect(body.bodyProblem).toMatch(
        /^The body has 60\d,\d{3} bytes, and PagerDuty accepts 524,288 bytes$/,
      );
    });
    expect(receiver.received).toEqual([]);
    expect(await read(`/admin/deliveries/${deliveryId}`)).toContain("and PagerDuty accepts 524,288 bytes");
    const payload = { text: "x".repeat(600_000) };
    const test = await host.call("POST", `${SITE}/webhooks/execute`, {
      ...values({ format: "pagerduty", routingKey: ROUTING_KEY }),
      event: "crane:moved",
      payload,
    });
    expect([test.status, test.body.code]).toEqual([422, "FORMAT_LIMIT"]);
  });

  test("a template that makes no JSON of an event fails its delivery", async () => {
    await add({ format: "template", template: '{"a": 1, "{{k}}": 2}' });
    const accepted = await publish({ k: "a" });
    const deliveryId = accepted.body.deliveries[0].id as string;
    await waitFor(async () => {
      const { body } = await host.call("GET", `/api/v1/deliveries/${deliveryId}`);
      expect(body).toMatchObject({ state: "failed", reason: "template-failed" });
      expect(body.bodyProblem).toBe("The result of the template is not JSON: duplicate-key at /a, byte 10");
    });
  });
});

describe("values that a format refuses", () => {
  test.each<[string, object, string, string]>([
    [
      "a template that doesn't parse",
      { format: "template", template: '{"a": "{{b"}' },
      "/template",
      "TEMPLATE",
    ],
    [
      "a template whose result is not JSON",
      { format: "template", template: "{{a}}{{b}}" },
      "/template",
      "TEMPLATE_RESULT",
    ],
    [
      "a template that is too large",
      { format: "template", template: `"${"x".repeat(17_000)}"` },
      "/template",
      "TEMPLATE_TOO_COMPLEX",
    ],
    ["no template", { format: "template" }, "/template", "TEMPLATE"],
    ["a template of another format", { format: "slack", template: "1" }, "/template", "BODY_SCHEMA"],
    ["no routing key", { format: "pagerduty" }, "/routingKey", "ROUTING_KEY"],
    ["a routing key taken away", { format: "pagerduty", routingKey: null }, "/routingKey", "ROUTING_KEY"],
    [
      "a routing key that is none",
      { format: "pagerduty", routingKey: "short" },
      "/routingKey",
      "ROUTING_KEY",
    ],
    [
      "a routing key of another format",
      { format: "slack", routingKey: ROUTING_KEY },
      "/routingKey",
      "BODY_SCHEMA",
    ],
    ["a message without a body", { format: "discord", excludeBody: true }, "/excludeBody", "BODY_SCHEMA"],
  ])("%s", async (_what, more, pointer, code) => {
    const events = { events: ["jira:issue_created"] };
    const refused = await add({ ...events, ...more });
    expect([refused.status, refused.body.code]).toEqual([422, code]);
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer, code })]);
    expect(refused.text).not.toContain(ROUTING_KEY);
    expect((await host.call("GET", `${SITE}/webhooks`)).body.items).toEqual([]);
  });
});

describe("a preview", () => {
  const preview = (more: object): Promise<Reply> =>
    host.call("POST", `${SITE}/webhooks/preview`, {
      ...values({ events: ["jira:issue_created"], ...more }),
      event: "jira:issue_created",
    });

  test("has the request for the sample and those for the latest events, and sends nothing", async () => {
    const ids = [];
    for (const key of ["DEMO-1", "DEMO-2", "DEMO-3"]) {
      const { body } = await host.call("POST", `${SITE}/events`, {
        event: "jira:issue_created",
        payload: { issue: { key } },
      });
      ids.unshift(body.id as string);
    }
    const { status, body, text } = await preview({ format: "slack", limit: 2 });
    expect(status, text).toBe(200);
    expect(body.limit).toEqual({ max: 40_000, unit: "characters" });
    expect(body.items.map(({ eventId }: { eventId: string }) => eventId)).toEqual([null, ids[0], ids[1]]);
    expect(body.items[1]).toMatchObject({ url: `${receiver.url}/hook`, cut: null, problem: null });
    expect(body.items[1].body).toContain("DEMO-3");
    expect(body.items[1].headers).toContainEqual(["content-type", "application/json; charset=utf-8"]);
    expect(receiver.received).toEqual([]);
    expect((await host.call("GET", `${SITE}/webhooks`)).body.items).toEqual([]);
  });

  test("says what is cut, and what makes no body", async () => {
    const payload = { issue: { key: "x".repeat(5_000) } };
    const cut = await preview({ format: "discord", limit: 0, payload });
    expect(cut.body.items).toMatchObject([{ size: 2_000, cut: { to: 2_000 } }]);
    const failed = await preview({
      format: "pagerduty",
      routingKey: ROUTING_KEY,
      limit: 0,
      payload: { t: "x".repeat(600_000) },
    });
    expect(failed.body.items).toMatchObject([
      { body: null, problem: expect.stringContaining("PagerDuty accepts") as string },
    ]);
  });

  test("is limited for each token", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "previews", scopes: ["admin"] });
    const headers = { authorization: `Bearer ${made.body.token as string}` };
    const statuses = [];
    for (let count = 0; count < 61; count += 1)
      statuses.push(
        (
          await host.call(
            "POST",
            `${SITE}/webhooks/preview`,
            { ...values({ limit: 0 }), event: "crane:moved" },
            headers,
          )
        ).status,
      );
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([60, 429]);
  });
});

describe("the form", () => {
  const submit = async (fields: Readonly<Record<string, string>>) => {
    const reply = await page.post("/admin/webhooks/jira/new", {
      csrf: page.csrf,
      name: "Chat",
      url: `${receiver.url}/hook`,
      event: "jira:issue_created",
      testEvent: "jira:issue_created",
      active: "on",
      secretChoice: "none",
      signature: "standard",
      do: "save",
      ...fields,
    });
    return { status: reply.status, text: await reply.text() };
  };

  test("previews what stands in it", async () => {
    const { status, text } = await submit({
      format: "template",
      template: '{"k": "{{issue.key}}"}',
      do: "preview",
    });
    expect(status).toBe(200);
    expect(text).toContain("Nothing was sent or saved. Own template accepts 262,144 bytes.");
    expect(text).toContain("Sample of jira:issue_created");
    expect(text).toMatch(/POST http:\/\/127\.0\.0\.1:\d+\/hook/);
    expect((await host.call("GET", `${SITE}/webhooks`)).body.items).toEqual([]);
  });

  test("shows a template's problem beside it, and keeps what was typed", async () => {
    const { status, text } = await submit({ format: "template", template: '{"k": "{{{a}}}"}' });
    expect(status).toBe(422);
    expect(text).toContain("must have two braces");
    expect(text).toContain("{{{a}}}");
  });

  test("saves a template and a routing key, and shows the first of them again", async () => {
    expect((await submit({ format: "pagerduty", routingKey: ROUTING_KEY })).status).toBe(303);
    const [webhook] = (await host.call("GET", `${SITE}/webhooks`)).body.items as { id: string }[];
    const path = `/admin/webhooks/jira/${webhook!.id.split("_")[2]}`;
    const shown = await read(path);
    expect(shown).not.toContain(ROUTING_KEY);
    expect(shown).toContain("Leave it empty to keep the one it has.");
  });
});
