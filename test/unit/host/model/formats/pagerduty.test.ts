import { describe, expect, test } from "vitest";
import { renderPagerDuty } from "../../../../../src/host/model/formats/pagerduty.ts";
import type { FormattedBody } from "../../../../../src/host/model/formats/formatted.ts";
import { formatSubject } from "../../../../support/format-subject.ts";

const ROUTING_KEY = "0123456789abcdef0123456789ABCDEF";
const parsed = (result: FormattedBody): unknown => JSON.parse(result.body.toString());

describe("PagerDuty", () => {
  test("gets a trigger with the body as it is", () => {
    const subject = {
      ...formatSubject(),
      body: Buffer.from('{"issue":{"key":"DEMO-7"},"big":12345678901234567890}'),
    };
    const result = renderPagerDuty(subject, ROUTING_KEY);
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
    expect(parsed(renderPagerDuty(formatSubject({ event, body }), ROUTING_KEY))).toMatchObject({
      payload: { severity },
    });
  });

  test("an endpoint's incident is opened once and resolved when it is back", () => {
    const keyOf = (event: string, origin: string) => {
      const body = { event, site: "jira", receiver: { kind: "addon", key: "one", origin } };
      return parsed(renderPagerDuty(formatSubject({ event, body }), ROUTING_KEY)) as {
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

  test("a summary has at most 1,024 characters", () => {
    const long = parsed(
      renderPagerDuty(formatSubject({ body: { text: "x".repeat(5_000) } }), ROUTING_KEY),
    ) as {
      payload: { summary: string };
    };
    expect(long.payload.summary).toHaveLength(1_024);
  });
});
