/**
 * Custom headers of a receiver: which names and values a request may have beside those of Callboard. Pure.
 * Sources: RFC 9110, sections 5.1, 5.5 and 7.6.1; RFC 9112, section 6.
 */
import type { Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import { escapeStep } from "../../json/pointer.ts";
import { refuse } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** Names in lowercase, each once. */
export type CustomHeaders = readonly (readonly [name: string, value: string])[];

export const MAX_CUSTOM_HEADERS = 20;
const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 4_096;
/** Of all names and values. Many servers read no more than 8 KiB of headers. */
const MAX_CHARACTERS = 6 * 1_024;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII, with spaces and tabs between. Other characters have no agreed encoding. */
const FIELD_VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** Headers of the connection or of the message's form, which the HTTP client sets. */
const OF_HTTP: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that Callboard sends with every delivery. */
const OF_CALLBOARD: ReadonlySet<string> = new Set([
  "accept",
  "content-type",
  "traceparent",
  "tracestate",
  "user-agent",
]);

/** Headers by which a receiver recognizes and verifies a delivery, present and future. */
const RESERVED = /^(?:webhook-|x-hub-signature|x-atlassian-|x-callboard-|atlassian-connect-)/;

/** Returns why a name can't be used, or undefined. */
function whyForbidden(name: string): string | undefined {
  if (OF_HTTP.has(name)) return `must not be ${name}: it belongs to the connection`;
  if (OF_CALLBOARD.has(name)) return `must not be ${name}: Callboard sets it`;
  return RESERVED.test(name) ? `must not be ${name}: receivers verify deliveries by it` : undefined;
}

/** Reads `{ "name": "value" }`. A refusal has every problem; it never quotes a value, which can be a secret. */
export function readCustomHeaders(given: unknown, pointer: string): Reading<CustomHeaders> {
  if (!isObject(given)) return refuse([problem(pointer, "must be an object of names and values")]);
  const entries = Object.entries(given);
  if (entries.length > MAX_CUSTOM_HEADERS) {
    const detail = `must have at most ${MAX_CUSTOM_HEADERS} headers, not ${entries.length}`;
    return refuse([problem(pointer, detail)]);
  }
  const headers = entries.map(([name, value]) => [name.toLowerCase(), value] as const);
  const problems = entries.flatMap(([name, value], index) => {
    const isRepeated = headers.findIndex(([other]) => other === name.toLowerCase()) < index;
    const detail = isRepeated ? "is there twice: names are the same in upper and lower case" : undefined;
    const why = detail ?? whyNotName(name) ?? whyNotValue(value);
    return why === undefined
      ? []
      : [problem(`${pointer}/${escapeStep(name.slice(0, MAX_NAME_LENGTH))}`, why)];
  });
  if (problems.length > 0) return refuse(problems);
  const value = headers as CustomHeaders;
  const characters = value.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  if (characters > MAX_CHARACTERS) {
    return refuse([problem(pointer, `must have at most ${MAX_CHARACTERS} characters in all`)]);
  }
  return { kind: "value", value };
}

function whyNotName(name: string): string | undefined {
  if (name === "" || name.length > MAX_NAME_LENGTH)
    return `must have a name of 1 to ${MAX_NAME_LENGTH} characters`;
  if (!TOKEN.test(name)) return "must have a name of letters, digits and !#$%&'*+.^_`|~- alone";
  return whyForbidden(name.toLowerCase());
}

function whyNotValue(value: unknown): string | undefined {
  if (typeof value !== "string") return "must have a text as its value";
  if (value === "" || value.length > MAX_VALUE_LENGTH)
    return `must have a value of 1 to ${MAX_VALUE_LENGTH} characters`;
  return FIELD_VALUE.test(value)
    ? undefined
    : "must have a value of visible ASCII characters, with spaces between them alone";
}

const problem = (pointer: string, detail: string): Problem => ({
  pointer: pointer.toWellFormed(),
  detail,
  code: "HEADER_VALUE",
});

export const AUTHORIZATION = "authorization";

/** The problem of an `authorization` header that would be sent beside another one; undefined without it. */
export function besideAuthorization(
  headers: CustomHeaders | undefined,
  pointer: string,
  other: "JWT" | "authentication",
): Problem | undefined {
  if (headers?.some(([name]) => name === AUTHORIZATION) !== true) return undefined;
  const reason = other === "JWT" ? "add-ons get a JWT in it" : "the authentication of the webhook sets it";
  return problem(`${pointer}/${AUTHORIZATION}`, `must not be ${AUTHORIZATION}: ${reason}`);
}

/** The problems of headers that the body's format sends itself. */
export const besideFormat = (
  headers: CustomHeaders | undefined,
  pointer: string,
  ofFormat: readonly string[],
): readonly Problem[] =>
  (headers ?? [])
    .filter(([name]) => ofFormat.includes(name))
    .map(([name]) => problem(`${pointer}/${name}`, `must not be ${name}: the format of the webhook sets it`));
