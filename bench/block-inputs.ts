/** What must not hold up the event loop for long: hostile, large, and first requests of every kind. */
import { EVENT_CASES } from "../test/fixtures/bad-events.ts";

const EVENTS = "/api/v1/sites/jira/events";
const VALIDATE = "/api/v1/descriptors/validate";
const DYNAMIC = "/jira/rest/api/3/webhook";
const FORM = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
const MB = 1_000_000;

/** The longest block of a refused input and of a body up to 1 MB, and that of an accepted body of 25 MB. */
export const REFUSED_MS = 50;
export const LARGE_MS = 100;

/** Descriptors that a server of the benchmark's own serves below its address: path → body. */
export const SERVED = new Map<string, () => string>();

export interface Input {
  readonly name: string;
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose credentials it carries. */
  readonly as?: "token" | "addon" | "nobody" | "visitor";
  /** The longest block it may cause. */
  readonly mostMs: number;
}

/** Where the descriptors are served. */
export interface Place {
  readonly origin: string;
}

/** Inputs are made when they are sent: all of them together would fill the memory. */
export type MakeInput = (place: Place) => Input;

const many = (text: string, count: number) => `[${`${text},`.repeat(count - 1)}${text}]`;
const event = (payload: string) => `{"event":"jira:issue_created","payload":${payload}}`;
const keys = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}":1`).join(",");

const clauses = (count: number, mark: string) =>
  Array.from({ length: count }, (_, at) => `a=${mark}${at}`)
    .join(" or ")
    .slice(0, 990);
const tests = (mark: string) =>
  Array.from({ length: 60 }, (_, at) => `project = ${mark}b${at}`).join(" and ");
const nested = (mark: string) =>
  `${"(".repeat(20)}project = ${mark}${")".repeat(20)} and `.repeat(14) + "project = A";

/** Different ones for every round: what was parsed is kept. */
let round = 0;
const mark = () => `m${(round += 1)}x`;

const FILTERS: Readonly<Record<string, () => string>> = {
  "990 characters": () => tests(mark()).slice(0, tests("m1x").lastIndexOf(" and", 990)),
  "as many clauses as fit": () => clauses(400, mark()).replace(/ or \S*$/, ""),
  "parentheses 20 deep": () => nested(mark()),
  "a list of 200 values": () =>
    `project in (${Array.from({ length: 200 }, (_, at) => `${at % 10}`).join(",")}, ${mark()})`,
  "that does not parse": () => `${"(".repeat(20)}project = ${mark()} and `.repeat(20).slice(0, 990),
};

const descriptor = (webhooks: readonly object[], more: object = {}, key = "org.example.bell") =>
  JSON.stringify({
    key,
    name: "Bell",
    baseUrl: "https://bell.example.org",
    authentication: { type: "none" },
    modules: { webhooks },
    ...more,
  });

const hook = (filter?: string) => ({
  event: "jira:issue_created",
  url: "/x",
  ...(filter === undefined ? {} : { filter }),
});

/** Fills a descriptor up to just below 512 KiB. */
const padded = (text: string) => text.replace("{", `{"description":"${"x".repeat(520_000 - text.length)}",`);

function serve(name: string, make: () => string): string {
  SERVED.set(`/${name}.json`, make);
  return `/${name}.json`;
}

const DESCRIPTORS: readonly (readonly [name: string, make: () => string])[] = [
  ["valid, 500 webhooks", () => descriptor(Array.from({ length: 500 }, () => hook()))],
  ["valid, 512 KiB", () => padded(descriptor([hook()]))],
  [
    "valid, 500 webhooks with 20 params each",
    () =>
      descriptor(
        Array.from({ length: 500 }, () => ({
          ...hook(),
          params: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`p${at}`, "{issue.key}"])),
        })),
      ),
  ],
  [
    "valid, 5,000 other modules",
    () =>
      descriptor([hook()]).replace(
        '"modules":{',
        `"modules":{"webPanels":${many('{"key":"panel","name":{"value":"A panel"},"url":"/panel","x":[]}', 5_000)},`,
      ),
  ],
  [
    "valid, 10 filters of 990 characters",
    () => descriptor(Array.from({ length: 10 }, () => hook(FILTERS["990 characters"]?.()))),
  ],
  ["8,000 webhooks", () => descriptor(Array.from({ length: 8_000 }, () => hook()))],
  ["49,000 wrong scopes", () => `{"scopes":${many("1", 49_000)}}`],
  ["49,000 unknown properties", () => `{${keys(24_000)}}`],
  [
    "8,000 unknown module types",
    () => descriptor([hook()], { modules: JSON.parse(`{${keys(20_000)}}`) as object }),
  ],
  ["one text of 512 KiB that does not end", () => `{"key":"${"x".repeat(520_000)}`],
  ["depth 200,000", () => `{"modules":${"[".repeat(200_000)}`],
  ["40,000 keys, one twice", () => `{${keys(24_000)},"k23999":1}`],
  [
    "500 URLs of 2,000 characters",
    () =>
      descriptor(Array.from({ length: 240 }, (_, at) => ({ ...hook(), url: `/${"../".repeat(650)}${at}` }))),
  ],
  ["a web page of 500 KB", () => `<html>${"<p>x</p>".repeat(60_000)}`],
];

const refused =
  (name: string, path: string, body: () => string | Buffer, more: Partial<Input> = {}): MakeInput =>
  () => ({
    name: `refused: ${name}`,
    path,
    body: body(),
    mostMs: REFUSED_MS,
    ...more,
  });
const accepted =
  (name: string, payload: () => string, mostMs: number): MakeInput =>
  () => ({
    name: `accepted: ${name}`,
    path: EVENTS,
    body: event(payload()),
    mostMs,
  });
const validate = (text: string) => `{"descriptor":${text}}`;

export const WARM_INPUTS: readonly MakeInput[] = [
  ...EVENT_CASES.filter(({ status }) => status >= 400).map(
    ({ title, path, headers, body }): MakeInput =>
      () => ({
        name: `refused: ${title}`,
        path: path ?? EVENTS,
        body: typeof body === "string" ? body : Buffer.from(body),
        ...(headers === undefined ? {} : { headers }),
        mostMs: REFUSED_MS,
      }),
  ),
  refused("24.9 MB of {}", EVENTS, () => event(`{"a":${many("{}", 8.3 * MB)}}`)),
  refused(
    "24.9 MB of {} for /ingest",
    "/jira/ingest",
    () => `{"webhookEvent":"e","a":${many("{}", 8.3 * MB)}}`,
  ),
  refused("24 MB of envelope fields", EVENTS, () => `{${keys(1.7 * MB)}}`),
  refused("a batch of 8 million {}", `${EVENTS}/batch`, () => `{"events":${many("{}", 8 * MB)}}`),
  refused("95,000 envelope fields", EVENTS, () => `{${keys(95_000)}}`),
  refused(
    "24.9 MB of text that ends too early",
    EVENTS,
    () => `{"event":"e","payload":{"a":"${"x".repeat(24.9 * MB)}`,
  ),
  refused("24.9 MB of spaces, then no JSON", EVENTS, () => `{"event":"e",${" ".repeat(24.9 * MB)}}`),
  refused("an event type of 24.9 MB", EVENTS, () => `{"event":"${"x".repeat(24.9 * MB)}"}`),
  refused("24.9 MB, the last byte not UTF-8", EVENTS, () =>
    Buffer.concat([
      Buffer.from(`{"event":"e","payload":{"a":"${"é".repeat(12.4 * MB)}`),
      Buffer.from([0xff, 0x22, 0x7d, 0x7d]),
    ]),
  ),
  refused("500 unknown event types", VALIDATE, () =>
    validate(
      descriptor(Array.from({ length: 500 }, (_, at) => ({ event: `${"x".repeat(250)}${at}`, url: "/x" }))),
    ),
  ),
  refused("500 event types that are nearly known", VALIDATE, () =>
    validate(
      descriptor(Array.from({ length: 500 }, (_, at) => ({ event: `issue_link_propertx_${at}`, url: "/x" }))),
    ),
  ),
  refused("a form of 2 MB without a session", "/admin/settings", () => "a=1&".repeat(500_000), {
    headers: FORM,
    as: "nobody",
  }),
  refused("a form of 64 KiB without a session", "/admin/settings", () => "a=1&".repeat(16_000), {
    headers: FORM,
    as: "nobody",
  }),
  ...DESCRIPTORS.flatMap(([name, make], at): readonly MakeInput[] => [
    () => ({ name: `given descriptor: ${name}`, path: VALIDATE, body: validate(make()), mostMs: REFUSED_MS }),
    ({ origin }) => ({
      name: `fetched descriptor: ${name}`,
      path: VALIDATE,
      body: JSON.stringify({ descriptorUrl: origin + serve(`descriptor-${at}`, make) }),
      mostMs: REFUSED_MS,
    }),
  ]),
  ...Object.entries(FILTERS).flatMap(([name, make]): readonly MakeInput[] => [
    () => ({
      name: `10 filters of a descriptor: ${name}`,
      path: VALIDATE,
      body: validate(descriptor(Array.from({ length: 10 }, () => hook(make())))),
      mostMs: REFUSED_MS,
    }),
    () => ({
      name: `filter of a webhook: ${name}`,
      path: "/api/v1/sites/jira/webhooks",
      body: JSON.stringify({ name: mark(), url: "http://127.0.0.1:9999/", filter: make() }),
      mostMs: REFUSED_MS,
    }),
  ]),
  () => ({
    name: "100 filters of dynamic webhooks",
    path: DYNAMIC,
    as: "addon",
    body: JSON.stringify({
      url: "http://127.0.0.1:9999/hook",
      webhooks: Array.from({ length: 100 }, (_, at) => ({
        events: ["jira:issue_created"],
        jqlFilter: `project = ${mark()} and issuetype in (${at}, b) or status != c`,
      })),
    }),
    mostMs: REFUSED_MS,
  }),
  ({ origin }) => ({
    name: "an install with 180 filters",
    // The filters come with an install, whose block counts as well.
    path: "/api/v1/sites/jira/addons",
    body: JSON.stringify({
      descriptorUrl:
        origin +
        serve("filters", () =>
          descriptor(
            Array.from({ length: 180 }, () => hook(`project = ${mark()} and status = open or labels = a`)),
            { baseUrl: origin },
            "org.example.filters",
          ),
        ),
    }),
    mostMs: REFUSED_MS,
  }),
  accepted(
    "an event after that",
    () => `{"issue":{"key":"AB-1","fields":{"status":{"name":"x"}}}}`,
    REFUSED_MS,
  ),
  accepted("1 MB in one text", () => `{"a":"${"x".repeat(MB)}"}`, REFUSED_MS),
  accepted("1 MB of escapes", () => `{"a":"${"\\n".repeat(MB / 2)}"}`, REFUSED_MS),
  accepted("1 MB of keys", () => `{${keys(90_000)}}`, REFUSED_MS),
  accepted("1 MB of numbers", () => `{"a":${many("12345", 160_000)}}`, REFUSED_MS),
  accepted("1 MB of objects", () => `{"a":${many('{"a":[]}', 60_000)}}`, REFUSED_MS),
  accepted("25 MB in one text", () => `{"a":"${"x".repeat(24.9 * MB)}"}`, LARGE_MS),
  accepted("25 MB of escapes", () => `{"a":"${"\\n".repeat(12.4 * MB)}"}`, LARGE_MS),
  accepted("25 MB in one number", () => `{"a":${"1".repeat(24.9 * MB)}}`, LARGE_MS),
  accepted("25 MB of spaces", () => `{"a":1${" ".repeat(24.9 * MB)}}`, LARGE_MS),
  accepted("25 MB of short texts", () => `{"a":${many(`{"k":"${"x".repeat(370)}"}`, 65_000)}}`, LARGE_MS),
  ...(["backlog", "tracker", "projectrak", "confluence"] as const).flatMap((site): readonly MakeInput[] => [
    () => ({
      name: `${site}: 25 MB of short texts`,
      path: `/${site}/ingest`,
      body: `{"webhookEvent":"page_created","event":"page_created","type":1,"kind":"story_create_activity","a":${many(`{"k":"${"x".repeat(370)}"}`, 65_000)}}`,
      mostMs: LARGE_MS,
    }),
    () => ({
      name: `${site}: a form of 25 MB`,
      path: `/${site}/ingest`,
      headers: FORM,
      body: `payload=${"%7B%7D".repeat(4 * MB)}`,
      mostMs: REFUSED_MS,
    }),
    () => ({
      name: `${site}: 1 MB of members off the schema`,
      path: `/${site}/ingest`,
      body: `{"webhookEvent":"page_created","event":"page_created","type":"x","kind":5,"project":${many('{"id":"x"}', 60_000)},"content":1}`,
      mostMs: REFUSED_MS,
    }),
  ]),
];

/** Each is the first request after a start. */
export const FIRST_INPUTS: readonly MakeInput[] = [
  () => ({ name: "no request at all, 3 s after READY", method: "GET", path: "/healthz", mostMs: REFUSED_MS }),
  () => ({
    name: "an event with a delivery",
    path: EVENTS,
    body: '{"event":"jira:issue_updated","payload":{"issue":{"key":"AB-1"}}}',
    mostMs: REFUSED_MS,
  }),
  refused("an event off the envelope", EVENTS, () => '{"event":1}'),
  () => ({
    name: "an event that a filter is held against",
    path: "/api/v1/sites/filtered/events",
    body: event('{"issue":{"key":"AB-1","fields":{}}}'),
    mostMs: REFUSED_MS,
  }),
  refused("a descriptor", VALIDATE, () => validate("{}")),
  () => ({
    name: "a descriptor with a filter",
    path: VALIDATE,
    body: validate(descriptor([hook("project = AB")])),
    mostMs: REFUSED_MS,
  }),
  ({ origin }) => ({
    name: "an install",
    path: "/api/v1/sites/jira/addons",
    body: JSON.stringify({
      descriptorUrl:
        origin + serve("first", () => descriptor([hook()], { baseUrl: origin }, "org.example.first")),
    }),
    mostMs: REFUSED_MS,
  }),
  refused("a webhook off its schema", "/api/v1/sites/jira/webhooks", () => '{"name":1}'),
  () => ({
    name: "a webhook with a filter",
    path: "/api/v1/sites/jira/webhooks",
    body: JSON.stringify({ name: mark(), url: "http://127.0.0.1:9999/", filter: "project = AB" }),
    mostMs: REFUSED_MS,
  }),
  () => ({
    name: "a dynamic webhook",
    path: DYNAMIC,
    as: "addon",
    body: JSON.stringify({
      url: "http://127.0.0.1:9999/hook",
      webhooks: [{ events: ["jira:issue_created"], jqlFilter: "project = AB" }],
    }),
    mostMs: REFUSED_MS,
  }),
  ...(["backlog", "tracker", "projectrak", "confluence"] as const).map((site): MakeInput => () => ({
    name: `an event of ${site}`,
    path: `/${site}/ingest`,
    body: '{"webhookEvent":"page_created","event":"page_created","type":1,"kind":"story_create_activity"}',
    mostMs: REFUSED_MS,
  })),
  ...[
    ["the OpenAPI document", "/api/openapi.json"],
    ["the event types", "/api/v1/catalogue/jira"],
    ["the schema of an event type", "/api/v1/catalogue/jira/jira:issue_created"],
    ["the descriptor schema", "/schema/jira-global-schema.json"],
    ["the metrics", "/metrics"],
    ["the login page", "/admin/login"],
  ].map(([name = "", path = ""]): MakeInput => () => ({ name, method: "GET", path, mostMs: REFUSED_MS })),
  refused("a login", "/admin/login", () => "token=wrong", { headers: FORM, as: "nobody" }),
  () => ({ name: "the dashboard", method: "GET", path: "/admin", as: "visitor", mostMs: REFUSED_MS }),
  () => ({
    name: "the page of event types",
    method: "GET",
    path: "/admin/catalogue",
    as: "visitor",
    mostMs: REFUSED_MS,
  }),
];
