/** Replaces the URL variables `{issue.key}` and `${issue.key}` by payload values before signing, so that these are signed. */

import { listVariablePlaces } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { readMember } from "../../json/member.ts";
import { encodeParam, VARIABLE } from "./params.ts";

export interface ExpandedUrl {
  readonly url: string;
  /** Variables without a usable value, each once. */
  readonly missing: readonly string[];
}

export function hasVariables(url: string): boolean {
  return url.search(VARIABLE) !== -1;
}

/** Maximum length of a value. IDs, keys and names are shorter, and a longer URL would not be accepted. */
const MAX_VALUE_LENGTH = 1_000;

/** Expands a URL. Values are percent-encoded. A variable without a usable value becomes empty and is listed. */
export function expandUrl(url: string, payload: unknown, places: VariablePlaces = []): ExpandedUrl {
  const missing = new Set<string>();
  const expanded = url.replaceAll(VARIABLE, (_variable, name: string) => {
    const value = readVariable(payload, name, places);
    if (value === undefined) missing.add(name);
    return encode(value ?? "");
  });
  return { url: expanded, missing: [...missing] };
}

/** Paths of values in other places than the variable says. The first match wins. */
type VariablePlaces = Product["variablePlaces"];

function readVariable(payload: unknown, name: string, variablePlaces: VariablePlaces): string | undefined {
  for (const place of listVariablePlaces(name, { variablePlaces })) {
    const value = place.reduce(readMember, payload);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    // A value of dots would become a path step.
    if (typeof value === "string" && value.length <= MAX_VALUE_LENGTH && !/^\.*$/.test(value)) return value;
  }
  return undefined;
}

/** Percent-encodes as in RFC 3986: all but letters, digits and -._~. */
function encode(value: string): string {
  // Half a surrogate pair has no encoding and becomes U+FFFD.
  return encodeParam(value.toWellFormed());
}
