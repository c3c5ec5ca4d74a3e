import { describe, expect, test } from "vitest";
import { SHARED_FORMATS } from "../../../../../src/catalogue/formats.ts";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";
import { formatBody } from "../../../../../src/host/model/formats/format-body.ts";
import type { FormatValues } from "../../../../../src/host/model/formats/format-body.ts";
import type { FormattedBody } from "../../../../../src/host/model/formats/formatted.ts";
import type { FormatSubject } from "../../../../../src/host/model/formats/subject.ts";
import { formatSubject } from "../../../../support/format-subject.ts";

const ROUTING_KEY = "0123456789abcdef0123456789ABCDEF";
const VALUES: FormatValues = { template: '{"t": "{{issue.key}}"}', routingKey: ROUTING_KEY };

const findFormat = (key: string) => {
  const found = [...SHARED_FORMATS, ...builtInCatalogue.get("jira").formats].find(
    (format) => format.key === key,
  );
  if (found === undefined) throw new Error(`no format ${key}`);
  return found;
};
function format(key: string, subject: FormatSubject = formatSubject(), values = VALUES): FormattedBody {
  const result = formatBody(values, findFormat(key), subject);
  if (result.kind === "failed") throw new Error(result.detail);
  return result;
}
const parsed = (result: FormattedBody): unknown => JSON.parse(result.body.toString());

test("the formats standard and that of the product are the very buffer of the event", () => {
  const subject = formatSubject();
  for (const key of ["standard", "jira"]) expect(format(key, subject).body).toBe(subject.body);
});

test("an own template is rendered, and one that is invalid fails the delivery", () => {
  expect(parsed(format("template"))).toEqual({ t: "DEMO-7" });
  expect(formatBody({ ...VALUES, template: undefined }, findFormat("template"), formatSubject())).toEqual({
    kind: "failed",
    because: "template-failed",
    detail: "A template must not be empty",
  });
});

describe("PagerDuty", () => {
  test("gets a trigger with the body as it is", () => {
    const subject = {
      ...formatSubject(),
      body: Buffer.from('{"issue":{"key":"DEMO-7"},"big":12345678901234567890}'),
    };
    const result = format("pagerduty", subject);
    expect(parsed(result)).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: "trigger",
      dedup_key: subject.eventId,
      payload: {
        summary: "Issue created on Demo · big: 12345678901234567890 · issue key: DEMO-7",
        source: "Demo",
        severity: "warning",
        timestamp: "2026-01-31T12:00:00.000Z",
        class: "jira:issue_created",
        group: "demo",
      },
    });
    expect(result.body.toString()).toContain(`"custom_details":${subject.body.toString()}}}`);
  });

  test.each([
    ["jira:issue_created", { severity: "critical" }, "critical"],
    ["jira:issue_created", { severity: "worst" }, "warning"],
    ["endpoint.paused", {}, "error"],
    ["endpoint.paused", { severity: "info" }, "error"],
    ["endpoint.failing", {}, "warning"],
    ["addon.installed", {}, "info"],
  ])("severity of %s with %j is %s", (event, body, severity) => {
    expect(parsed(format("pagerduty", formatSubject({ event, body })))).toMatchObject({
      payload: { severity },
    });
  });

  test("an endpoint's incident is opened once and resolved when it is back", () => {
    const keyOf = (event: string, origin: string) => {
      const body = { event, site: "jira", receiver: { kind: "addon", key: "one", origin } };
      return parsed(format("pagerduty", formatSubject({ event, body }))) as {
        dedup_key: string;
        event_action: string;
      };
    };
    const [failing, paused, resumed] = ["endpoint.failing", "endpoint.paused", "endpoint.resumed"].map(
      (event) => keyOf(event, "https://one.example"),
    );
    expect(new Set([failing?.dedup_key, paused?.dedup_key, resumed?.dedup_key]).size).toBe(1);
    expect(failing?.dedup_key.length).toBeLessThanOrEqual(255);
    expect([failing?.event_action, paused?.event_action, resumed?.event_action]).toEqual([
      "trigger",
      "trigger",
      "resolve",
    ]);
    expect(keyOf("endpoint.paused", "https://two.example").dedup_key).not.toBe(paused?.dedup_key);
  });

  test("a summary has at most 1,024 characters; a body over 512 KiB fails", () => {
    const long = parsed(format("pagerduty", formatSubject({ body: { text: "x".repeat(5_000) } }))) as {
      payload: { summary: string };
    };
    expect(long.payload.summary).toHaveLength(1_024);
    expect(
      formatBody(VALUES, findFormat("pagerduty"), formatSubject({ body: { text: "x".repeat(524_288) } })),
    ).toMatchObject({
      kind: "failed",
      because: "over-limit",
      detail: expect.stringMatching(
        /^The body has 52\d,\d{3} bytes, and PagerDuty accepts 524,288 bytes$/,
      ) as string,
    });
  });
});

describe("CloudEvents", () => {
  const attributes = {
    specversion: "1.0",
    id: "evt_1_0198c0ffee0070008000000000000000",
    source: "/sites/demo",
    type: "jira:issue_created",
    time: "2026-01-31T12:00:00.000Z",
    subject: "DEMO-7",
    site: "demo",
  };

  test("structured has the attributes beside the data", () => {
    const result = format("cloudevents");
    expect(parsed(result)).toEqual({
      ...attributes,
      datacontenttype: "application/json",
      data: { issue: { key: "DEMO-7" } },
    });
    expect(result.contentType).toBe("application/cloudevents+json; charset=utf-8");
  });

  test("without a body has no data", () => {
    const { subject: _subject, ...others } = attributes;
    expect(parsed(format("cloudevents", { ...formatSubject(), body: Buffer.alloc(0) }))).toEqual(others);
  });

  test("binary has the attributes as headers and leaves the body as it is", () => {
    const subject = formatSubject();
    const { body, headers, contentType } = format("cloudevents-binary", subject);
    expect(body).toBe(subject.body);
    expect(contentType).toBeUndefined();
    expect(headers).toEqual(Object.entries(attributes).flatMap(([name, value]) => [`ce-${name}`, value]));
  });

  test("binary encodes what a header can't have: Euro € is %E2%82%AC in section 3.1.3.2", () => {
    const subject = formatSubject({
      event: 'a "b" 100%\r\nx: y',
      site: { key: "demo", name: "Demo", baseUrl: "https://jira.example/ä" },
    });
    const { headers = [] } = format("cloudevents-binary", subject);
    expect(headers[headers.indexOf("ce-type") + 1]).toBe("a%20%22b%22%20100%25%0D%0Ax:%20y");
    expect(headers[headers.indexOf("ce-source") + 1]).toBe("https://jira.example/%C3%A4");
  });
});
