import { describe, expect, test } from "vitest";
import {
  CLOUDEVENTS_HEADERS,
  renderBinary,
  renderStructured,
} from "../../../../../src/host/model/formats/cloudevents.ts";
import type { FormattedBody } from "../../../../../src/host/model/formats/formatted.ts";
import { formatSubject } from "../../../../support/format-subject.ts";

const parsed = (result: FormattedBody): unknown => JSON.parse(result.body.toString());

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
    const result = renderStructured(formatSubject());
    expect(parsed(result)).toEqual({
      ...attributes,
      datacontenttype: "application/json",
      data: { issue: { key: "DEMO-7" } },
    });
    expect(result.contentType).toBe("application/cloudevents+json; charset=utf-8");
  });

  test("without a body has no data", () => {
    const { subject: _subject, ...others } = attributes;
    expect(parsed(renderStructured({ ...formatSubject(), body: Buffer.alloc(0) }))).toEqual(others);
  });

  test("binary has the attributes as headers and leaves the body as it is", () => {
    const subject = formatSubject();
    const { body, headers, contentType } = renderBinary(subject);
    expect(body).toBe(subject.body);
    expect(contentType).toBeUndefined();
    expect(headers?.filter((_, index) => index % 2 === 0).toSorted()).toEqual(CLOUDEVENTS_HEADERS.toSorted());
    expect(headers).toEqual(Object.entries(attributes).flatMap(([name, value]) => [`ce-${name}`, value]));
  });

  test("binary encodes what a header can't have: Euro € is %E2%82%AC in section 3.1.3.2", () => {
    const subject = formatSubject({
      event: 'a "b" 100%\r\nx: y',
      site: { key: "demo", name: "Demo", baseUrl: "https://jira.example/ä" },
    });
    const { headers = [] } = renderBinary(subject);
    expect(headers[headers.indexOf("ce-type") + 1]).toBe("a%20%22b%22%20100%25%0D%0Ax:%20y");
    expect(headers[headers.indexOf("ce-source") + 1]).toBe("https://jira.example/%C3%A4");
  });
});
