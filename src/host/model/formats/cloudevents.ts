/**
 * CloudEvents 1.0 over HTTP, structured and binary (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and
 * …/bindings/http-protocol-binding.md). Pure. The extension attribute `site` is the key of the site.
 */
import { readMember } from "../../../json/member.ts";
import { readBodyValue } from "../payload.ts";
import type { FormattedBody } from "./formatted.ts";
import type { FormatSubject } from "./subject.ts";

const CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** Structured: attributes and data are one JSON object. The data are the body's own text. */
export function renderStructured(subject: FormatSubject): FormattedBody {
  const attributes = listAttributes(subject);
  const { body: data } = subject;
  const head = JSON.stringify(
    data.length === 0 ? attributes : { ...attributes, datacontenttype: "application/json" },
  );
  const body =
    data.length === 0
      ? Buffer.from(head)
      : Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data, Buffer.from("}")]);
  return { kind: "body", body, size: body.length, contentType: CONTENT_TYPE };
}

/** Binary: attributes are headers, and the body stays as it is. */
export function renderBinary(subject: FormatSubject): FormattedBody {
  const { body } = subject;
  const headers = Object.entries(listAttributes(subject)).flatMap(([name, value]) => [
    `ce-${name}`,
    encodeHeader(value),
  ]);
  return { kind: "body", body, size: body.length, headers };
}

/** Headers of the binary mode; `ce-subject` is sent where the product has issues. */
export const CLOUDEVENTS_HEADERS: readonly string[] = [
  "ce-specversion",
  "ce-id",
  "ce-source",
  "ce-type",
  "ce-time",
  "ce-subject",
  "ce-site",
];

function listAttributes(subject: FormatSubject): Readonly<Record<string, string>> {
  const { eventId, event, at, site } = subject;
  const about = findSubject(subject);
  return {
    specversion: "1.0",
    id: eventId,
    source: site.baseUrl ?? `/sites/${encodeURIComponent(site.key)}`,
    type: event,
    time: new Date(at).toISOString(),
    ...(about === undefined ? {} : { subject: about }),
    site: site.key,
  };
}

/** The key of the issue that the event is about, where the product has issues. */
function findSubject({ body, product: { issueKeyPath } }: FormatSubject): string | undefined {
  const key = issueKeyPath?.reduce(readMember, readBodyValue(body).value);
  return typeof key === "string" && key !== "" ? key.toWellFormed() : undefined;
}

/** Section 3.1.3.2 of the HTTP binding: the space, the quote, the percent sign and all that is not visible ASCII are encoded. */
const encodeHeader = (value: string): string =>
  value.toWellFormed().replaceAll(/[^\x21\x23\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character));
