/** A caller's data is nobody's to change: from the intake to the receiver, in every format, byte for byte. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Received } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

/** What re-encoding would change: a big integer, zeros after the point, keys of digits, escapes, spaces, order, the unknown. */
const ODD = String.raw`"zz" : 12345678901234567890,
	"1.10":1.10, "2":-0, "1":1E5 ,"\u00e9\/":"\ud83d\ude00 😀 \u0041", "new in 2031":{ "b":[ ],"a":{ } }`;

interface Case {
  readonly event: string;
  /** The product's own body, and a plain call's payload. */
  readonly own: string;
  readonly plain: string;
  /** Around the plain payload, as received. */
  readonly framed: RegExp;
}

const PROJECT = '"project":{"id":9007199254740993,"key":"A","name":"A"}';
const CASES: Readonly<Record<string, Case>> = {
  jira: {
    event: "jira:issue_created",
    own: `{ "timestamp":1,${ODD},"webhookEvent":"jira:issue_created"}`,
    plain: `{ ${ODD} }`,
    framed: /^\{"timestamp":\d+,"webhookEvent":"jira:issue_created", (.*) \}$/s,
  },
  confluence: {
    event: "page_created",
    own: `{ ${ODD},"timestamp":1,"userKey":"k" }`,
    plain: `{ ${ODD} }`,
    framed: /^\{"timestamp":\d+, (.*) \}$/s,
  },
  projectrak: {
    event: "updated",
    own: `{ "data" : {"event":"updated","user":"u","timestamp":1,${ODD},"fields":[],${PROJECT}} }`,
    plain: `{${ODD},"user":"u","fields":[],${PROJECT}}`,
    framed:
      /^\{"data":\{"event":"updated","timestamp":\d+,(.*),"user":"u","fields":\[\],"project":\{.*\}\}\}$/s,
  },
  backlog: {
    event: "issue_created",
    own: `{"id":5,${PROJECT},"type":1,"content":{${ODD}},"notifications":[],"createdUser":{},"created":"" }`,
    plain: `{ ${ODD} }`,
    framed: /^\{"id":\d+,"project":\{"projectKey":"A"\},"type":1,.*"content":\{ (.*) \}\}$/s,
  },
  tracker: {
    event: "story_update_activity",
    own: `{"kind":"story_update_activity","guid":"9_1","project_version":1,"message":"m","highlight":"h","changes":[],"primary_resources":[{${ODD}}],${PROJECT},"performed_by":{},"occurred_at":1 }`,
    plain: `{"changes":[],"primary_resources":[],"project":{"id":9},${ODD}}`,
    framed:
      /^\{"kind":"story_update_activity",.*"changes":\[\],"primary_resources":\[\],"project":\{"id":9\},(.*)\}$/s,
  },
};

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  for (const product of Object.keys(CASES)) {
    if (product !== "jira") {
      await host.call("POST", "/api/v1/sites", { key: product, product, name: product });
    }
  }
});
afterAll(() => host.stop());

describe.each(Object.entries(CASES))("on a site of %s", (site, { event, own, plain, framed }) => {
  /** What came so far. Of Projectrak, which sends to https only, nothing comes here: the delivery log has what is sent. */
  let requests: () => readonly Received[];
  let stop: () => Promise<void>;
  beforeAll(async () => {
    if (site === "jira" || site === "confluence") {
      const addon = await startCallingAddon(host, site, `org.example.${site}`, {
        webhooks: [{ event, url: "/hook" }],
      });
      requests = () => addon.webhooks;
      stop = addon.stop;
      return;
    }
    const receiver = await startReceiver();
    const url = site === "projectrak" ? receiver.url.replace("http:", "https:") : receiver.url;
    await host.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "exact", url });
    requests = () => receiver.received;
    stop = receiver.close;
  });
  afterAll(() => stop());

  const received = async (path: string, text: string): Promise<string> => {
    const before = requests().length;
    const { status, text: answer, body } = await host.call("POST", path, text);
    expect([status, answer]).toEqual([202, expect.any(String)]);
    if (site === "projectrak") {
      return (await host.call("GET", `/api/v1/deliveries/${body.deliveries[0].id as string}`)).body.body;
    }
    await waitFor(() => expect(requests()).toHaveLength(before + 1));
    return requests().at(-1)!.body.toString();
  };

  test("the product's own body arrives as it came", async () => {
    expect(await received(`/${site}/ingest?event=${event}`, own)).toBe(own);
  });

  test("a plain call's payload stands unchanged in the body that is built", async () => {
    const call = `{"event":"${event}","project":"A","user":"maja","payload":${plain}}`;
    const body = await received(`/api/v1/sites/${site}/events`, call);
    const inside = site === "confluence" ? body.replace(/,"user":.*?"userKey":"maja"/, "") : body;
    expect(framed.exec(inside)?.[1]).toBe(ODD);
  });
});

test("an integer beyond 2^53 is itself in a URL, in a filter and as the project of a webhook", async () => {
  const big = "12345678901234567890";
  const addon = await startCallingAddon(host, "jira", "org.example.big", {
    webhooks: [
      { event: "comment_created", url: "/id?issue={issue.id}", filter: `cf[7] = ${big}` },
      { event: "comment_created", url: "/other", filter: `cf[7] = ${big.slice(0, -1)}1` },
    ],
  });
  const call = `{"event":"comment_created","payload":{"issue":{"id":${big},"fields":{"customfield_7":${big}}}}}`;
  const { body } = await host.call("POST", "/api/v1/sites/jira/events", call);
  expect(body.deliveries).toMatchObject([{ url: `${addon.baseUrl}/id?issue=${big}` }]);
  await waitFor(() => expect(addon.webhooks.map(({ url }) => url)).toEqual([`/id?issue=${big}`]));
  await addon.stop();
});
