/** Parses the bytes of a descriptor strictly, so that two parsers can't read different descriptors from them. */

import { CallboardError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import { JsonTextError, scanJson } from "../../json/scan.ts";

export const MAX_DEPTH = 32;
/** Twice the number for 500 webhooks with 20 params each. */
export const MAX_VALUES = 50_000;
export const MAX_DESCRIPTOR_BYTES = 512 * 1024;

const TEXT_ERRORS = {
  syntax: [
    "DESCRIPTOR_NOT_JSON",
    "The descriptor is not valid JSON; comments and trailing commas are not accepted",
  ],
  depth: ["DESCRIPTOR_TOO_DEEP", `The descriptor is nested more than ${MAX_DEPTH} levels deep`],
  count: ["DESCRIPTOR_TOO_COMPLEX", `The descriptor has more than ${MAX_VALUES} values and keys`],
  "duplicate-key": ["DESCRIPTOR_DUPLICATE_KEY", "An object of the descriptor contains a duplicate key"],
  "forbidden-key": [
    "DESCRIPTOR_FORBIDDEN_KEY",
    "The descriptor contains the key __proto__, which is not accepted",
  ],
} as const satisfies Record<JsonTextError["kind"], readonly [ErrorCode, string]>;

/**
 * Parses `bytes` as JSON. A byte order mark is allowed.
 * @throws {CallboardError} DESCRIPTOR_NOT_UTF8, DESCRIPTOR_NOT_JSON, DESCRIPTOR_TOO_DEEP, DESCRIPTOR_TOO_COMPLEX,
 * DESCRIPTOR_DUPLICATE_KEY or DESCRIPTOR_FORBIDDEN_KEY if the text breaks the rule.
 */
export function parseDescriptor(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (text.trim() === "") throw notJson("The descriptor is empty");
  if (/^\s*</.test(text)) {
    throw notJson(
      "The URL returned a web page instead of JSON, perhaps a login page; the descriptor must be public",
    );
  }
  try {
    scanJson(Buffer.from(text), { maxDepth: MAX_DEPTH, maxCount: MAX_VALUES, duplicates: "all" });
  } catch (error) {
    if (error instanceof JsonTextError) throw textError(error, text);
    throw error;
  }
  return JSON.parse(text) as unknown;
}

/**
 * Checks a descriptor from a request body, which is already parsed strictly, against the limits of a fetched one.
 * @throws {CallboardError} DESCRIPTOR_TOO_LARGE, DESCRIPTOR_TOO_DEEP or DESCRIPTOR_TOO_COMPLEX if it exceeds them.
 */
export function requireWithinLimits(value: unknown): unknown {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length > MAX_DESCRIPTOR_BYTES) throw tooLarge();
  try {
    scanJson(text, { maxDepth: MAX_DEPTH, maxCount: MAX_VALUES });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const [code, detail] = TEXT_ERRORS[error.kind];
    throw new CallboardError(code, detail, { errors: [{ pointer: error.pointer ?? "", detail, code }] });
  }
  return value;
}

export function tooLarge(): CallboardError {
  return new CallboardError(
    "DESCRIPTOR_TOO_LARGE",
    `The descriptor is larger than ${MAX_DESCRIPTOR_BYTES / 1024} KiB`,
  );
}

function decode(bytes: Buffer): string {
  if (isWide(bytes)) {
    throw new CallboardError(
      "DESCRIPTOR_NOT_UTF8",
      "The descriptor is in UTF-16 or UTF-32; JSON must be UTF-8",
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CallboardError("DESCRIPTOR_NOT_UTF8", "The descriptor is not valid UTF-8; JSON must be UTF-8", {
      cause,
    });
  }
}

/** Reports whether the text is UTF-16 or UTF-32: it begins with a byte order mark or an ASCII character of several bytes. */
function isWide([first, second]: Buffer): boolean {
  return (
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0
  );
}

function notJson(message: string): CallboardError {
  return new CallboardError("DESCRIPTOR_NOT_JSON", message);
}

function textError(error: JsonTextError, text: string): CallboardError {
  const [code, meaning] = TEXT_ERRORS[error.kind];
  const message = `${meaning} (${describePlace(error.offset, text)})`;
  return new CallboardError(code, message, {
    cause: error,
    errors: [{ pointer: error.pointer ?? "", detail: message, code }],
  });
}

function describePlace(offset: number, text: string): string {
  const lines = Buffer.from(text).subarray(0, offset).toString().split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}
