import { expect, test } from "vitest";
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

test.each([
  ["slack", (sent: unknown) => expect(sent).toHaveProperty("mrkdwn")],
  ["teams", (sent: unknown) => expect(sent).toHaveProperty("attachments")],
  ["discord", (sent: unknown) => expect(sent).toHaveProperty("content")],
  ["google-chat", (sent: unknown) => expect(sent).toHaveProperty("text")],
  ["pagerduty", (sent: unknown) => expect(sent).toMatchObject({ routing_key: ROUTING_KEY })],
  ["cloudevents", (sent: unknown) => expect(sent).toHaveProperty("specversion")],
  ["cloudevents-binary", (sent: unknown) => expect(sent).toEqual({ issue: { key: "DEMO-7" } })],
])("a body in the format %s is what its target has", (key, check) => {
  check(parsed(format(key)));
});

test("a body of PagerDuty over 512 KiB fails", () => {
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
