import { describe, expect, test } from "vitest";
import type { ErrorCode, Problem } from "../../../../../src/errors.ts";
import { readBatch } from "../../../../../src/host/model/batch-settings.ts";
import { readPace } from "../../../../../src/host/model/pace.ts";
import { readTlsSettings } from "../../../../../src/host/model/tls-settings.ts";
import { ROUTES } from "../../../../../src/host/web/api/routes.ts";
import {
  toFieldErrors,
  toFormProblem,
  toFormProblems,
  toRemedy,
} from "../../../../../src/host/web/pages/form-problems.ts";
import { OF_FORMS } from "../../../../fixtures/form-operations.ts";

describe("a problem of a form", () => {
  test.each([
    ["/url", "must begin with https", "url", "URL must begin with https."],
    ["/pace/rate/count", "must be a whole number", "rateCount", "Attempts at most must be a whole number."],
    ["/pace/other", "is unknown", "pace", "Pace is unknown."],
    [
      "/events",
      "must name 1 to 300 events; leave it out for every event",
      "events",
      "Events must name 1 to 300 events, unless All events is ticked.",
    ],
    ["/events/3", "There is no event type page_made", "events", "There is no event type page_made."],
    [
      "/name",
      "Give it a name of at most 100 characters",
      "name",
      "Give it a name of at most 100 characters.",
    ],
    [
      "/secret",
      "is lost: give a new one, have one generated, or send null for no signature",
      "secret",
      "Secret is lost: give a new one, have one generated, or choose none.",
    ],
    [
      "/pace/timeoutMs",
      "must be a whole number from 100 to 600000",
      "timeout",
      "Request timeout must be a duration from 100ms to 10m.",
    ],
    [
      "/pace/retryDelaysMs/1",
      "must be a whole number from 100 to 86400000",
      "retryDelays",
      "Own retry delays must each be a duration from 100ms to 1d.",
    ],
    [
      "/pace/retryDelaysMs",
      "must be a list of at most 20 delays in milliseconds",
      "retryDelays",
      "Own retry delays must be at most 20 durations, such as 5s, 1m, or none.",
    ],
    [
      "/batch/withinMs",
      "must be a whole number from 1 to 60000",
      "batchWithin",
      "Time to gather events must be a duration from 1ms to 1m.",
    ],
    ["/elsewhere", "must be a number", undefined, "elsewhere must be a number."],
    ["", "the site is gone", undefined, "The site is gone."],
  ])("%s: %s", (pointer, detail, id, text) => {
    expect(toFormProblem({ pointer, detail })).toEqual({ id, text });
  });
});

test("a problem of a certificate or a key stands at its field", () => {
  const read = readTlsSettings({ certificate: "x", key: "y", authorities: "z" }, "/tls", 0);
  const problems = read.kind === "refused" ? read.problems : [];
  const ids = problems.map((problem) => toFormProblem(problem).id);
  expect(ids.toSorted()).toEqual(["tlsAuthorities", "tlsCertificate", "tlsKey"]);
});

test("no problem of a pace or a batch speaks of milliseconds, which forms don't have", () => {
  const pace = readPace({ timeoutMs: "x", retryDelaysMs: ["x"] }, "/pace");
  const delays = readPace({ retryDelaysMs: "x" }, "/pace");
  const batch = readBatch({ max: 2, withinMs: "x" }, "/batch");
  const problems = [pace, delays, batch].flatMap((each) => (each.kind === "refused" ? each.problems : []));
  const texts = problems.map((problem) => toFormProblem(problem).text);
  expect(texts).toHaveLength(4);
  expect(texts.filter((text) => !text.includes("duration"))).toEqual([]);
});

const refusal = (code: ErrorCode, errors: readonly Problem[] = []) => ({ code, message: "It is so", errors });

describe("what stands beside a field", () => {
  test("is the rule alone where there is one, else what is wrong and what to try", () => {
    const { error } = toFieldErrors(
      refusal("BODY_SCHEMA", [
        { pointer: "/name", detail: "must have 1 to 200 characters", code: "BODY_SCHEMA" },
        { pointer: "/url", detail: "The host name is not known", code: "DNS_FAIL" },
        { pointer: "/pace/slots", detail: "must be a whole number", code: "PACE" },
      ]),
    );
    expect(error("name")).toBe(
      '<div class="error" id="name-error"><p>Name must have 1 to 200 characters.</p></div>',
    );
    expect(error("url")).toContain("<p>The host name is not known. Check the host name in the URL");
    expect(error("slots")).toContain("<p>Requests at the same time must be a whole number.</p>");
    expect(error("project")).toBe("");
  });

  test("is escaped, without repetitions, and no longer than a few sentences", () => {
    const problem = (detail: string) => ({ pointer: "/events/1", detail });
    const one = toFieldErrors(refusal("BODY_SCHEMA", [problem("<b>"), problem("<b>")]));
    expect(one.error("events")).toBe('<div class="error" id="events-error"><p>&lt;b&gt;.</p></div>');
    const many = Array.from({ length: 8 }, (_, index) => problem(`Problem ${index}`));
    expect(toFieldErrors(refusal("BODY_SCHEMA", many)).error("events")).toContain(
      "<p>Problem 4.</p><p>And 3 more, listed above.</p>",
    );
  });

  test("is what the field is described by, after its hint", () => {
    const { state, isWrong } = toFieldErrors(refusal("CONFLICT"));
    expect(state("key", "key-hint")).toBe(' aria-invalid="true" aria-describedby="key-hint key-error"');
    expect(state("key")).toBe(' aria-invalid="true" aria-describedby="key-error"');
    expect(state("name", "name-hint")).toBe(' aria-describedby="name-hint"');
    expect(state("name")).toBe("");
    expect([isWrong("name", "key"), isWrong("name")]).toEqual([true, false]);
    expect(toFieldErrors(undefined).state("key")).toBe("");
  });

  test("is every problem of the document when the form is one document", () => {
    const problems = [{ pointer: "/events/a/name", detail: "is missing" }];
    expect(toFormProblems(refusal("PRODUCT_INVALID", problems), "document")).toEqual([
      { id: "document", text: "/events/a/name: is missing." },
    ]);
    expect(toFormProblems(refusal("PRODUCT_INVALID"), "document")).toEqual([
      { id: "document", text: "It is so." },
    ]);
  });

  test("names the place within a body filter", () => {
    const problems = [{ pointer: "/bodyFilter/a/$nothing", detail: "is no operator" }];
    expect(toFormProblems(refusal("BODY_FILTER", problems))).toEqual([
      { id: "bodyFilter", text: "/a/$nothing: is no operator." },
    ]);
  });
});

/** About the page as a whole, not about a field of it. */
const OF_PAGES = [
  "ENDPOINT_NOT_FOUND",
  "ENDPOINT_OF_WEBHOOK",
  "LIMIT_REACHED",
  "LOGO_INVALID",
  "RATE_LIMITED",
  "SCOPES_NOT_ACCEPTED",
  "WEBHOOK_NOT_FOUND",
];
/** They come with the member that they are about: test/integration/host/web/pages/forms.test.ts. */
const WITH_MEMBER = [
  "AUTHENTICATION_INVALID",
  "BATCH",
  "BODY_FILTER",
  "BODY_FILTER_BESIDE_FILTER",
  "BODY_FILTER_TOO_COMPLEX",
  "BODY_SCHEMA",
  "CERTIFICATE_EXPIRED",
  "CERTIFICATE_INVALID",
  "CERTIFICATE_KEY",
  "CREDENTIALS_ORIGIN",
  "FORMAT_LIMIT",
  "HEADER_VALUE",
  "ORDER_BY",
  "PACE",
  "PRODUCT_MISSING",
  "PRODUCT_WITHOUT_ADDONS",
  "ROUTING_KEY",
  "TEMPLATE",
  "TEMPLATE_RESULT",
  "TEMPLATE_TOO_COMPLEX",
  "TOKEN_SERVER",
  "WEBHOOK_FORMAT",
];
/** Their form is one field, which they are about. */
const OF_DOCUMENTS = /^(?:EVENT|PRODUCT)_/;

test("every code that a form can be refused with has its place: a field, or the page as a whole", () => {
  const routes = ROUTES.filter(({ id }) => OF_FORMS.includes(id));
  const codes = [...new Set(routes.flatMap(({ errors = [] }) => errors))];
  expect(codes.length).toBeGreaterThan(60);
  const isPlaced = (code: ErrorCode) =>
    OF_PAGES.includes(code) ||
    WITH_MEMBER.includes(code) ||
    OF_DOCUMENTS.test(code) ||
    toFormProblems(refusal(code)).every(({ id }) => id !== undefined);
  expect(codes.filter((code) => !isPlaced(code))).toEqual([]);
});

test.each<[string, Parameters<typeof toRemedy>[0], string | undefined]>([
  [
    "of its code",
    { code: "URL_PORT", message: "Port 25 belongs to another kind of service", errors: [] },
    "Use another port.",
  ],
  [
    "in the problem itself, which names the setting",
    { code: "IP_DENIED", message: "10.0.0.1 is private. …: CALLBOARD_ALLOW_NETWORKS=10.0.0.1", errors: [] },
    undefined,
  ],
  ["of a code without one", { code: "INTERNAL", message: "No", errors: [] }, undefined],
])("what to try is that %s", (_what, refusal, remedy) => {
  expect(toRemedy(refusal)).toBe(remedy);
});
