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
    ["jira:issue_created", { severity: "error" }, "error"],
    ["jira:issue_created", { severity: "warning" }, "warning"],
    ["jira:issue_created", { severity: "info" }, "info"],
    ["jira:issue_created", { severity: "worst" }, "warning"],
    ["jira:issue_created", {}, "warning"],
    ["endpoint.resumed", {}, "info"],
    ["addon.uninstalled", {}, "info"],
    ["key.rotated", {}, "info"],
    ["certificate.expiring", {}, "warning"],
    ["token.expiring", {}, "warning"],
    ["webhook.expiring", {}, "warning"],
    ["delivery.failed", {}, "error"],
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
    const renderKey = (event: string, origin: string) => {
      const body = { event, site: "jira", receiver: { kind: "addon", key: "one", origin } };
      return parsed(renderPagerDuty(formatSubject({ event, body }), ROUTING_KEY)) as {
        dedup_key: string;
        event_action: string;
      };
    };
    const [failing, paused, resumed] = ["endpoint.failing", "endpoint.paused", "endpoint.resumed"].map(
      (event) => renderKey(event, "https://one.example"),
    );
    expect(new Set([failing?.dedup_key, paused?.dedup_key, resumed?.dedup_key]).size).toBe(1);
    expect(failing?.dedup_key.length).toBeLessThanOrEqual(255);
    expect([failing?.event_action, paused?.event_action, resumed?.event_action]).toEqual([
      "trigger",
      "trigger",
      "resolve",
    ]);
    expect(renderKey("endpoint.paused", "https://two.example").dedup_key).not.toBe(paused?.dedup_key);
  });

  test("what else it is told: the client, and the link of an operational event", () => {
    const link = "https://callboard.example/admin/endpoints/1";
    const linked = renderPagerDuty(formatSubject({ event: "endpoint.paused", body: { link } }), ROUTING_KEY);
    const plain = renderPagerDuty(formatSubject(), ROUTING_KEY);

    expect(parsed(linked)).toMatchObject({ client: "Callboard", links: [{ href: link, text: "Open" }] });
    expect(parsed(plain)).not.toHaveProperty("links");
    expect(plain).toMatchObject({ kind: "body", size: plain.body.length });
  });

  test.each([
    ["site", { site: "other" }],
    [
      "kind of receiver",
      { receiver: { kind: "webhook", key: "one", name: "One", origin: "https://a.example" } },
    ],
    ["add-on", { receiver: { kind: "addon", key: "two", name: "One", origin: "https://a.example" } }],
    ["webhook", { receiver: { kind: "addon", key: "one", name: "Two", origin: "https://a.example" } }],
  ])("an endpoint of another %s has another incident", (_what, change) => {
    const receiver = { kind: "addon", key: "one", name: "One", origin: "https://a.example" };
    const renderDedupKey = (body: object) =>
      (
        parsed(renderPagerDuty(formatSubject({ event: "endpoint.failing", body }), ROUTING_KEY)) as {
          dedup_key: string;
        }
      ).dedup_key;

    expect(renderDedupKey({ site: "jira", receiver })).toMatch(/^callboard-endpoint-[0-9a-f]{64}$/);
    expect(renderDedupKey({ site: "jira", receiver, ...change })).not.toBe(
      renderDedupKey({ site: "jira", receiver }),
    );
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
