/** What one transaction writes for some groups of events, decided without a database. */
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { getProduct } from "../../../support/products.ts";
import { deliveryUuid, formatId } from "../../../../src/host/model/ids.ts";
import { formatKnownKey, plan } from "../../../../src/host/model/plan.ts";
import type {
  AcceptedEvent,
  Group,
  IncomingEvent,
  KnownEvent,
  NormalizedEvent,
} from "../../../../src/host/model/plan.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { Webhook } from "../../../../src/host/model/webhook.ts";

const NOW = 1_700_000_000_000;

/** An outgoing webhook for each URL, numbered from 1, with an endpoint from 11; all have the same settings. */
function createSite(urls: readonly string[], settings: Partial<Webhook> = {}): SiteSnapshot {
  const subscriptions = urls.map((url, index) => ({
    siteNo: 1,
    no: index + 1,
    receiver: { kind: "webhook", webhookNo: index + 1 },
    event: "jira:issue_created",
    url,
    active: true,
    endpointNo: index + 11,
    excludeBody: false,
  }));
  return {
    site: { no: 1, product: "jira" },
    product: getProduct("jira"),
    subscriptions: new Map(subscriptions.map((each) => [each.no, each])),
    installations: new Map(),
    webhooks: new Map(subscriptions.map(({ no }) => [no, { name: `hook ${no}`, active: true, ...settings }])),
    endpoints: new Map(),
  } as unknown as SiteSnapshot;
}

const SITE = createSite(["https://one.example/{issue.key}", "https://two.example/"]);

function createEvent(
  incoming: Partial<IncomingEvent> = {},
  normalized: Partial<NormalizedEvent> = {},
): NormalizedEvent {
  return {
    incoming: { siteNo: 1, event: "jira:issue_created", payload: Buffer.alloc(0), ...incoming },
    name: "jira:issue_created",
    body: Buffer.from("the body"),
    notes: ["a note"],
    digest: undefined,
    payload: () => ({ issue: { key: "DEMO-1" } }),
    readingNotes: () => [],
    ...normalized,
  };
}

function planGroups(
  groups: readonly Group[],
  {
    site = SITE,
    known = new Map<string, KnownEvent>(),
  }: { site?: SiteSnapshot; known?: Map<string, KnownEvent> } = {},
) {
  let ids = 0;
  return plan(groups, {
    findSite: (no) => (no === 1 ? site : undefined),
    known,
    newEventId: () => (ids += 1).toString(16).padStart(28, "0") + "0000",
    now: NOW,
  });
}

const createGroup = (...events: readonly NormalizedEvent[]): Group => ({ events });
const FIRST = `${"1".padStart(28, "0")}0000`;

describe("an event", () => {
  test("becomes a row, a delivery for each receiver, and the response to its caller", () => {
    const group = createGroup(
      createEvent({
        id: "caller's",
        flow: "secondary",
        project: "DEMO",
        user: "mia",
        aboutAddonKey: "an-addon",
        traceParent: "00-trace",
      }),
    );
    const { events, deliveries, answers } = planGroups([group]);

    expect(events).toEqual([
      {
        siteNo: 1,
        id: FIRST,
        clientId: "caller's",
        digest: undefined,
        name: "jira:issue_created",
        project: "DEMO",
        actor: "mia",
        lane: 1,
        aboutAddon: "an-addon",
        notes: ["a note"],
        trace: { others: 0, skipped: [], missing: [] },
        traceParent: "00-trace",
        body: Buffer.from("the body"),
      },
    ]);
    expect(deliveries[0]).toMatchObject({
      siteNo: 1,
      id: deliveryUuid(FIRST, 0),
      endpointNo: 11,
      subscriptionNo: 1,
      matched: [1],
      lane: 1,
      dueAt: NOW,
      test: false,
      lease: undefined,
      attempts: 0,
      scheduleFrom: 0,
      redelivery: 0,
      event: "jira:issue_created",
      actor: "mia",
      traceParent: "00-trace",
      body: Buffer.from("the body"),
    });
    expect(deliveries.map(({ id, endpointNo }) => [id, endpointNo])).toEqual([
      [deliveryUuid(FIRST, 0), 11],
      [deliveryUuid(FIRST, 1), 12],
    ]);
    expect(answers.get(group)).toEqual([
      {
        id: formatId("evt", 1, FIRST),
        event: "jira:issue_created",
        duplicate: false,
        deliveries: [
          {
            id: formatId("dlv", 1, deliveryUuid(FIRST, 0)),
            receiver: { kind: "webhook", webhookNo: 1 },
            url: "https://one.example/DEMO-1",
          },
          {
            id: formatId("dlv", 1, deliveryUuid(FIRST, 1)),
            receiver: { kind: "webhook", webhookNo: 2 },
            url: "https://two.example/",
          },
        ],
        notes: ["a note"],
      },
    ]);
  });

  test("is in the primary lane, and keeps the ID that it has", () => {
    const eventId = `${"f".repeat(28)}0000`;
    const { events, deliveries } = planGroups([createGroup(createEvent({ flow: "primary" }, { eventId }))]);

    expect(events.map(({ id, lane }) => [id, lane])).toEqual([[eventId, 0]]);
    expect(deliveries.map(({ lane }) => lane)).toEqual([0, 0]);
  });

  test("has the notes of its body, of its fan-out and of its reading, in this order", () => {
    let isRead = false;
    const event = createEvent(
      {},
      {
        payload: () => {
          isRead = true;
          return {};
        },
        readingNotes: () => (isRead ? ["read in part"] : []),
      },
    );
    const { events } = planGroups([createGroup(event)]);

    expect(events[0]?.notes).toEqual(["a note", "read in part"]);
    expect(events[0]?.trace.missing).toEqual([{ subscriptionNo: 1, variables: ["issue.key"] }]);
  });

  test("with more receivers than it has delivery IDs for is refused", () => {
    const site = createSite(Array.from({ length: 65_536 }, () => "https://one.example/"));
    const group = createGroup(createEvent());
    const { deliveries, answers } = planGroups([group], { site });

    expect(deliveries).toEqual([]);
    expect(answers.get(group)).toMatchObject({
      code: "EVENT_SCHEMA",
      message: "The event has 65536 receivers; 65,535 is the most",
    });
    expect(
      planGroups([createGroup(createEvent({ notTo: new Set([11]) }))], { site }).deliveries,
    ).toHaveLength(65_535);
  });

  test("of a site that was deleted is refused", () => {
    const group = createGroup(createEvent({ siteNo: 2 }));

    expect(planGroups([group]).answers.get(group)).toMatchObject({ code: "SITE_NOT_FOUND" });
  });
});

describe("what the publisher asks for", () => {
  test.each([
    ["nothing", {}, NOW, {}],
    [
      "an end, and one attempt alone",
      { expiresAt: NOW + 9, retry: false },
      NOW,
      { expiresAt: NOW + 9, retry: false },
    ],
    ["a time to come", { deliverAfter: { at: NOW + 5 } }, NOW + 5, { deliverAfter: NOW + 5 }],
    ["a time that has passed", { deliverAfter: { at: NOW - 5 } }, NOW, { deliverAfter: NOW - 5 }],
    ["a delay", { deliverAfter: { delayMs: 60_000 } }, NOW + 60_000, { deliverAfter: NOW + 60_000 }],
  ] as const)("%s is with the event and its deliveries, which are due then", (_what, asked, dueAt, terms) => {
    const { events, deliveries } = planGroups([createGroup(createEvent({ terms: asked }))]);

    expect(events[0]?.terms).toEqual(terms);
    expect(deliveries.map((each) => [each.dueAt, each.terms])).toEqual([
      [dueAt, terms],
      [dueAt, terms],
    ]);
  });

  test("an end that has passed is noted for the publisher and in the trace", () => {
    const late = createGroup(createEvent({ terms: { expiresAt: NOW } }));
    const { events, answers } = planGroups([
      late,
      createGroup(createEvent({ terms: { expiresAt: NOW + 1 } })),
    ]);

    expect(events.map(({ notes }) => notes)).toEqual([
      [expect.stringMatching(/^expiresAt .* had passed when the event was accepted/), "a note"],
      ["a note"],
    ]);
    expect(answers.get(late)).toMatchObject([{ notes: events[0]?.notes }]);
  });

  test.each([
    [undefined, "/deliverAfter"],
    ["/events/3", "/events/3/deliverAfter"],
  ])("a time more than 7 days ahead is refused (envelope at %j)", (at, pointer) => {
    const deliverAfter = { at: NOW + 7 * 86_400_000 + 1 };
    const group = createGroup(createEvent({ terms: { deliverAfter }, ...(at === undefined ? {} : { at }) }));
    const { events, answers } = planGroups([group]);

    expect(events).toEqual([]);
    expect(answers.get(group)).toMatchObject({
      code: "EVENT_SCHEMA",
      message: `The event does not fit: ${pointer} must be at most 7 days ahead`,
      errors: [{ pointer, detail: "must be at most 7 days ahead" }],
    });
  });
});

describe("a delivery to a webhook with an order", () => {
  const ordered = createSite(["https://one.example/"], { orderBy: "/issue/id" });
  const listPlaces = (body: unknown, incoming: Partial<IncomingEvent> = {}) => {
    const event = createEvent(incoming, { body: Buffer.from(JSON.stringify(body)), payload: () => body });
    return planGroups([createGroup(event)], { site: ordered }).deliveries.map(({ order }) => order);
  };

  test("has the key that its body has, and goes behind the others of this key", () => {
    expect(listPlaces({ issue: { id: 7 } })).toEqual([{ key: "w1 7", sequence: undefined, isBehind: true }]);
  });

  test("has no place in it without a key, nor as a test", () => {
    expect(listPlaces({ issue: {} })).toEqual([undefined]);
    expect(listPlaces({ issue: { id: 7 } }, { testOf: 1 })).toEqual([undefined]);
  });

  test("has no place without an order", () => {
    expect(planGroups([createGroup(createEvent())]).deliveries.map(({ order }) => order)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("a delivery to a webhook with batches", () => {
  const batched = createSite(["https://one.example/"], { batch: { max: 10, withinMs: 5_000 } });
  const listDueTimes = (incoming: Partial<IncomingEvent>) =>
    planGroups([createGroup(createEvent(incoming))], { site: batched }).deliveries.map(({ dueAt }) => dueAt);

  test.each([
    ["for as long as the webhook says", {}, NOW + 5_000],
    ["not as a test", { testOf: 1 }, NOW],
    [
      "until a later time that its publisher named",
      { terms: { deliverAfter: { at: NOW + 5_001 } } },
      NOW + 5_001,
    ],
    ["no less for an earlier one", { terms: { deliverAfter: { at: NOW + 4_999 } } }, NOW + 5_000],
  ] as const)("waits for others %s", (_how, incoming, dueAt) => {
    expect(listDueTimes(incoming)).toEqual([dueAt]);
  });
});

describe("an event of a project", () => {
  const site = createSite(["https://one.example/"], { project: "DEMO" });
  test.each([
    ["that its sender names", { project: "DEMO" }, {}, 1],
    ["that its body names", {}, { issue: { key: "DEMO-1" } }, 1],
    ["of another name", { project: "OTHER" }, {}, 0],
    ["of no name", {}, {}, 0],
  ])("%s", (_what, incoming, body, count) => {
    const event = createEvent(incoming, { payload: () => body });
    expect(planGroups([createGroup(event)], { site }).deliveries).toHaveLength(count);
  });
});

test("an event about an add-on goes to this one, whatever its body says", () => {
  const [name, addonKey] = ["connect_addon_enabled", "harbour"];
  const subscription = {
    ...{ siteNo: 1, no: 1, event: name, url: "https://a.example/", active: true, endpointNo: 11 },
    receiver: { kind: "addon", addonKey },
  };
  const site = {
    ...SITE,
    subscriptions: new Map([[1, subscription]]),
    installations: new Map([[addonKey, { state: "enabled" }]]),
  } as unknown as SiteSnapshot;
  const reached = (aboutAddonKey: string | undefined, key: string) =>
    planGroups(
      [
        createGroup(
          createEvent(aboutAddonKey === undefined ? {} : { aboutAddonKey }, {
            name,
            payload: () => ({ key }),
          }),
        ),
      ],
      { site },
    ).deliveries.length;

  expect(reached("harbour", "other")).toBe(1);
  expect(reached("other", "harbour")).toBe(0);
  expect(reached(undefined, "harbour")).toBe(1);
});

describe("a test delivery", () => {
  test("goes to its subscription only, whatever it asks for", () => {
    const event = createEvent({ testOf: 2, event: "other" }, { name: "other" });
    const { events, deliveries, answers } = planGroups([createGroup(event)]);

    expect(
      deliveries.map(({ subscriptionNo, matched, test: isTest }) => [subscriptionNo, matched, isTest]),
    ).toEqual([[2, [2], true]]);
    expect(events[0]?.trace).toEqual({ others: 0, skipped: [], missing: [] });
    expect([...answers.values()][0]).toMatchObject([{ deliveries: [{ url: "https://two.example/" }] }]);
  });

  test("has the URL of its payload", () => {
    const { answers } = planGroups([createGroup(createEvent({ testOf: 1 }))]);

    expect([...answers.values()][0]).toMatchObject([{ deliveries: [{ url: "https://one.example/DEMO-1" }] }]);
  });

  test("of a subscription that was deleted reaches nobody", () => {
    const { events, deliveries } = planGroups([createGroup(createEvent({ testOf: 3 }))]);

    expect(events).toHaveLength(1);
    expect(deliveries).toEqual([]);
  });
});

test("an operational event is not sent to the endpoint that it is about, and the trace says so", () => {
  const { events, deliveries } = planGroups([createGroup(createEvent({ notTo: new Set([11]) }))]);

  expect(deliveries.map(({ endpointNo }) => endpointNo)).toEqual([12]);
  expect(events[0]?.trace.skipped).toEqual([
    { subscriptionNo: 1, because: "the event is about this endpoint" },
  ]);
});

test("an event with the contents of none is no duplicate without an ID", () => {
  const group = createGroup(createEvent(), createEvent());

  expect(
    planGroups([group], {
      known: new Map([["1 undefined", { digest: "", accepted: {} as AcceptedEvent }]]),
    }).answers.get(group),
  ).toMatchObject([{ duplicate: false }, { duplicate: false }]);
});

describe("the ID of a caller", () => {
  const accepted: AcceptedEvent = {
    id: "evt_1",
    event: "jira:issue_created",
    duplicate: true,
    deliveries: [],
    notes: [],
  };
  const known = () => new Map([[formatKnownKey(1, "known"), { digest: "same", accepted }]]);
  const of = (id: string, digest: string) => createEvent({ id }, { digest });

  test("that was accepted before with the same contents gets the first answer", () => {
    const group = createGroup(of("known", "same"));
    const { events, answers } = planGroups([group], { known: known() });

    expect(events).toEqual([]);
    expect(answers.get(group)).toEqual([accepted]);
  });

  test("that was accepted before with other contents is refused", () => {
    const group = createGroup(of("known", "other"));

    expect(planGroups([group], { known: known() }).answers.get(group)).toMatchObject({
      code: "EVENT_CONFLICT",
      message: 'The id "known" was used with other contents',
    });
  });

  test("of another site is another ID", () => {
    expect(formatKnownKey(1, "known")).not.toBe(formatKnownKey(2, "known"));
  });

  test("counts within a group and for the groups behind it", () => {
    const both = createGroup(of("new", "a"), of("new", "a"));
    const later = createGroup(of("new", "a"));
    const { events, answers } = planGroups([both, later]);

    expect(events).toHaveLength(1);
    expect(answers.get(both)).toMatchObject([{ duplicate: false }, { duplicate: true }]);
    expect(answers.get(later)).toMatchObject([{ duplicate: true, deliveries: [{}, {}] }]);
  });

  test("is free again when its group is refused", () => {
    const refused = createGroup(of("new", "a"), of("new", "b"));
    const later = createGroup(of("new", "b"));
    const { events, answers } = planGroups([refused, later]);

    expect(answers.get(refused)).toBeInstanceOf(CallboardError);
    expect(answers.get(later)).toMatchObject([{ duplicate: false }]);
    expect(events).toHaveLength(1);
  });
});

describe("an event that the schema policy judged", () => {
  const refusal = {
    kind: "refused",
    problems: [{ pointer: "/payload/crane", detail: "must be object" }],
  } as const;

  test("off its schema is refused with its group, and leaves the others as they are", () => {
    const bad = createGroup(createEvent(), createEvent({}, { judgment: refusal }));
    const good = createGroup(createEvent({}, { judgment: { kind: "accepted" } }));
    const { events, answers } = planGroups([bad, good]);

    expect(events).toHaveLength(1);
    expect(answers.get(bad)).toMatchObject({ code: "EVENT_OFF_SCHEMA", errors: refusal.problems });
    expect(answers.get(good)).toMatchObject([{ duplicate: false }]);
  });

  test("off its schema keeps the first answer of its ID", () => {
    const id = "known";
    const first = createGroup(createEvent({ id }, { digest: "a" }));
    const again = createGroup(createEvent({ id }, { digest: "a", judgment: refusal }));

    expect(planGroups([first, again]).answers.get(again)).toMatchObject([{ duplicate: true }]);
  });

  test("unchecked has its note behind those of its body", () => {
    const judgment = { kind: "accepted", note: "The body was not checked." } as const;
    const group = createGroup(createEvent({}, { judgment }));
    const { events, answers } = planGroups([group]);

    expect(events[0]?.notes).toEqual(["a note", "The body was not checked."]);
    expect(answers.get(group)).toMatchObject([{ notes: ["a note", "The body was not checked."] }]);
  });
});

test("a group that is refused leaves the others as they are", () => {
  const good = createGroup(createEvent());
  const bad = createGroup(createEvent(), createEvent({ siteNo: 2 }));
  const { events, deliveries, answers } = planGroups([bad, good]);

  expect(events).toHaveLength(1);
  expect(deliveries).toHaveLength(2);
  expect(answers.get(bad)).toMatchObject({ code: "SITE_NOT_FOUND" });
  expect(answers.get(good)).toMatchObject([{ duplicate: false }]);
});

test("a defect of our own is thrown", () => {
  const broken = createEvent(
    {},
    {
      readingNotes: () => {
        throw new TypeError("a defect");
      },
    },
  );

  expect(() => planGroups([createGroup(broken)])).toThrow(TypeError);
});
