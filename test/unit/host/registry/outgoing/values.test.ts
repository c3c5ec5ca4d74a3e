import { describe, expect, test } from "vitest";
import { createEgress } from "../../../../../src/egress/index.ts";
import { CallboardError } from "../../../../../src/errors.ts";
import {
  newWebhookSecret,
  secretsAfter,
  toSecretWish,
} from "../../../../../src/host/registry/outgoing/secret.ts";
import { createPrivateKeyText } from "../../../../../src/protocol/ed25519-keys.ts";
import type { WebhookSignature } from "../../../../../src/host/model/webhook.ts";
import { checkValues, unsignedWarning } from "../../../../../src/host/registry/outgoing/values.ts";
import type { CheckedValues, WebhookValues } from "../../../../../src/host/registry/outgoing/values.ts";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";

const egress = createEgress({
  allowNetworks: ["loopback"],
  allowHttp: true,
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 5_000,
  maxAnswerBytes: 65_536,
});
const rules = {
  catalogue: builtInCatalogue,
  checkUrl: egress.check,
  now: () => Date.UTC(2026, 0, 1),
  profile: "prod",
} as const;

function checked(product: string, values: Partial<WebhookValues>): CheckedValues {
  return checkValues(
    { name: "Board", url: "https://hooks.vendor-one.com/h", secret: { kind: "keep" }, ...values },
    { product },
    rules,
  );
}

function refusal(product: string, values: Partial<WebhookValues>): CallboardError {
  try {
    checked(product, values);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("the values of an outgoing webhook", () => {
  test("are in the format of the site's product when no format is given", () => {
    expect(checked("backlog", {}).format).toBe("backlog");
  });

  test("have a URL whose host is in punycode, whatever was typed", () => {
    const { url, origin } = checked("jira", { url: "https://b\u00fccher.com/{issue.key}" });
    expect({ url, origin }).toEqual({
      url: "https://xn--bcher-kva.com/{issue.key}",
      origin: "https://xn--bcher-kva.com",
    });
    expect(refusal("jira", { url: "http://134744072/" }).code).toBe("URL_INVALID");
  });

  const batch = { max: 10, withinMs: 500 };

  test.each([
    ["jira", {}],
    ["jira", { format: "cloudevents" }],
    ["backlog", {}],
    ["tracker", {}],
  ])("have batches on a site of %s with %j", (product, values) => {
    expect(checked(product, { ...values, batch }).batch).toEqual(batch);
    expect(checked(product, values).batch).toBeUndefined();
    expect(checked(product, { ...values, batch: null }).batch).toBeUndefined();
  });

  test.each([
    ["a chat tool", { format: "slack" }, "/batch", "Slack has no batches"],
    ["an own template", { format: "template", template: "{}" }, "/batch", "Own template has no batches"],
    ["binary CloudEvents", { format: "cloudevents-binary" }, "/batch", "CloudEvents (binary) has no batches"],
    [
      "variables in the URL",
      { url: "https://hooks.vendor-one.com/{issue.key}" },
      "/batch",
      "the URL has variables, and a batch has one URL",
    ],
  ])("have no batches with %s", (_what, values, pointer, why) => {
    expect(refusal("jira", { ...values, batch }).errors).toEqual([
      { pointer, detail: `must be left out: ${why}`, code: "BATCH" },
    ]);
  });

  test("have no batches where a webhook has a name and a URL only; what is no batch is refused with its place", () => {
    expect(refusal("projectrak", { batch }).errors.map(({ pointer }) => pointer)).toContain("/batch");
    expect(
      refusal("jira", { batch: { max: 0, withinMs: "1s" } }).errors.map(({ pointer }) => pointer),
    ).toEqual(["/batch/max", "/batch/withinMs"]);
  });

  test("are refused in the format of another product", () => {
    expect(refusal("backlog", { format: "tracker" }).code).toBe("WEBHOOK_FORMAT");
  });

  test("ask for every event when none is named", () => {
    expect(checked("tracker", {}).events).toBeUndefined();
  });

  test("name Backlog's events by number or name, each kept once", () => {
    expect(checked("backlog", { events: ["1", "issue_created", "3", "99"] }).events).toEqual([
      "issue_created",
      "issue_commented",
      "99",
    ]);
  });

  test.each([
    ["/name", { name: "a\nb" }],
    ["/name", { name: "a\0b" }],
    ["/description", { description: "a\0b" }],
    ["/description", { description: "\ud800" }],
    ["/project", { project: "P\0" }],
    ["/project", { project: "P".repeat(256) }],
    ["/events/1", { events: ["1", "a\u0007"] }],
  ])("have no characters that a database or a terminal would stumble over in %s: %j", (pointer, values) => {
    expect(refusal("backlog", values).errors).toMatchObject([{ pointer, code: "BODY_SCHEMA" }]);
  });

  test("have a description of several lines", () => {
    expect(checked("backlog", { description: "one\n\ttwo" }).description).toBe("one\n\ttwo");
  });

  test("name no event at all: refused", () => {
    expect(refusal("jira", { events: [] }).errors).toMatchObject([
      { pointer: "/events", code: "BODY_SCHEMA" },
    ]);
  });

  test("with an unknown event are kept with a warning that names the nearest", () => {
    const { events, warnings } = checked("jira", { events: ["jira:issue_create"] });
    expect(events).toEqual(["jira:issue_create"]);
    expect(warnings).toMatchObject([{ code: "EVENT_UNKNOWN", pointer: "/events/0" }]);
    expect(warnings[0]?.detail).toContain("jira:issue_created");
  });

  test("with a deprecated event are kept with a warning at its place", () => {
    const events = ["jira:issue_created", "jira:worklog_updated", "jira:*"];
    expect(checked("jira", { events }).warnings).toEqual([
      { code: "EVENT_DEPRECATED", pointer: "/events/1", detail: "jira:worklog_updated is deprecated" },
    ]);
  });

  test("with wildcards are kept, without a warning as long as a name of the catalogue fits", () => {
    expect(checked("jira", { events: ["jira:issue_*", "*"] }).warnings).toEqual([]);
    expect(checked("jira", { events: ["jira:foo_*", "page_*"] }).warnings).toMatchObject([
      { code: "EVENT_UNKNOWN", pointer: "/events/0", detail: '"jira:foo_*" matches no event type of jira' },
      { code: "EVENT_UNKNOWN", pointer: "/events/1" },
    ]);
  });

  test("with an event of another product are warned of with its name", () => {
    expect(checked("jira", { events: ["page_created"] }).warnings).toMatchObject([
      { code: "EVENT_UNKNOWN", detail: '"page_created" is an event type of confluence, not of jira' },
    ]);
  });

  test("with http are refused in Projectrak's format, on the allow-list too", () => {
    expect(refusal("projectrak", { url: "http://127.0.0.1:8080/h" }).code).toBe("URL_SCHEME");
  });

  test.each(["backlog", "tracker"] as const)("with http are warned of in the format of %s", (product) => {
    expect(checked(product, { url: "http://hooks.vendor-one.com/h" }).warnings).toMatchObject([
      { code: "URL_HTTP", pointer: "/url" },
    ]);
  });

  test("with http are refused in Jira's format unless the host is on the allow-list", () => {
    expect(refusal("jira", { url: "http://hooks.vendor-one.com/h" }).code).toBe("URL_SCHEME");
    expect(checked("jira", { url: "http://127.0.0.1:8080/h" }).origin).toBe("http://127.0.0.1:8080");
  });

  test("in Projectrak's format have a name and a URL, and nothing else", () => {
    expect(checked("projectrak", { events: ["updated"] }).events).toEqual(["updated"]);
    const { errors } = refusal("projectrak", {
      events: ["created"],
      secret: { kind: "new" },
      description: "x",
      project: "DEMO",
    });
    expect(errors.map(({ pointer }) => pointer)).toEqual(["/events", "/project", "/description", "/secret"]);
  });

  test("with a filter that does not parse are refused", () => {
    const { code, errors } = refusal("jira", { filter: "project = " });
    expect(code).toBe("DESCRIPTOR_FILTER");
    expect(errors).toMatchObject([{ pointer: "/filter" }]);
  });

  test("with a filter that no event decides are kept, with a warning for each such clause", () => {
    const { filter, warnings } = checked("jira", {
      filter: "project = DEMO AND status CHANGED OR sprint = 1",
    });
    expect(filter).toBe("project = DEMO AND status CHANGED OR sprint = 1");
    expect(warnings).toMatchObject([
      {
        code: "FILTER_UNDECIDED",
        pointer: "/filter",
        detail: expect.stringContaining("status CHANGED") as string,
      },
      {
        code: "FILTER_UNDECIDED",
        pointer: "/filter",
        detail: expect.stringContaining("sprint = 1") as string,
      },
    ]);
    expect(checked("jira", { filter: "project = DEMO AND fixVersion = future" }).warnings).toEqual([]);
  });

  test("with a filter are refused where there is no JQL", () => {
    expect(refusal("backlog", { filter: "project = DEMO" }).code).toBe("BODY_SCHEMA");
  });

  test("with a secret must have it in the form of the signature", () => {
    const given = (secret: string) => ({ kind: "given", secret }) as const;
    expect(checked("jira", { secret: given("any words") }).signature).toBe("hub");
    expect(refusal("backlog", { secret: given("any words") }).code).toBe("BODY_SCHEMA");
    expect(refusal("backlog", { secret: given("whsec_c2hvcnQ=") }).code).toBe("BODY_SCHEMA");
    expect(checked("backlog", { secret: given(newWebhookSecret()) }).signature).toBe("standard");
    expect(refusal("tracker", { signature: "hub" }).errors).toMatchObject([{ pointer: "/signature" }]);
  });

  test("tell every problem at once", () => {
    const { errors } = refusal("jira", {
      name: " ",
      url: "https://localhost.localdomain",
      retryProfile: "never",
    });
    expect(errors.map(({ pointer }) => pointer)).toEqual(["/url", "/name", "/retryProfile"]);
  });
});

describe("the secret of an outgoing webhook", () => {
  const before = { secret: "one", previousSecret: undefined, previousSecretUntil: undefined };

  const change = { signature: "standard", now: 1_000 } as const;

  test("stays when a change leaves it out", () => {
    expect(secretsAfter({ ...change, wish: { kind: "keep" } }, before)).toEqual(before);
  });

  test("that is replaced goes on signing for 24 hours", () => {
    expect(secretsAfter({ ...change, wish: { kind: "given", secret: "two" } }, before)).toEqual({
      secret: "two",
      previousSecret: "one",
      previousSecretUntil: 1_000 + 86_400_000,
    });
  });

  test("that is taken away takes the one before with it", () => {
    const wish = { kind: "none" } as const;
    expect(secretsAfter({ ...change, wish }, { ...before, previousSecret: "zero" })).toEqual({
      secret: undefined,
      previousSecret: undefined,
      previousSecretUntil: undefined,
    });
  });

  const PAIR = createPrivateKeyText();
  test.each([
    ["keep", "ed25519", undefined, "new"],
    ["keep", "ed25519", "whsec_AAAA", "new"],
    ["keep", "ed25519", PAIR, "keep"],
    ["none", "ed25519", PAIR, "none"],
    ["keep", "standard", PAIR, "new"],
    ["keep", "hub-256", PAIR, "new"],
    ["keep", "standard", undefined, "keep"],
    ["keep", "hub", "any words", "keep"],
  ] as const)(
    "asked to %s, with the signature %s and %s, is to be: %s",
    (kind, signature, current, expected) => {
      expect(toSecretWish({ kind }, signature, current)).toEqual({ kind: expected });
    },
  );

  test("is a private key for ed25519 and none for others, and a private key signs nothing in their headers", () => {
    const made = (signature: WebhookSignature) =>
      secretsAfter({ wish: { kind: "new" }, signature, now: 0 }, { ...before, secret: PAIR });
    expect(made("ed25519").secret).toMatch(/^whsk_/);
    expect([made("ed25519"), made("standard")].map(({ previousSecret }) => previousSecret)).toEqual([
      PAIR,
      PAIR,
    ]);
    expect([made("hub"), made("hub-256")]).toMatchObject(
      Array(2).fill({ secret: expect.stringMatching(/^whsec_/), previousSecret: undefined }),
    );
  });
});

test.each([
  ["hub-256", undefined, "NOT_SIGNED"],
  ["hub-256", "any words", undefined],
  ["hub", undefined, undefined],
  ["standard", undefined, undefined],
] as const)("the signature %s with the secret %s has the warning %s", (signature, secret, code) => {
  expect(unsignedWarning({ signature, secret })?.code).toBe(code);
});
