/**
 * URL variables: `{issue.key}` and `${issue.key}` in the url of a subscription stand for values of the payload.
 * They are replaced before the request is signed, so the signature covers the outcome.
 */

import { memberOf } from "../../json/member.ts";
import { encodeParam, VARIABLE } from "./params.ts";

export interface ExpandedUrl {
  readonly url: string;
  /** The variables for which the payload has no usable value, each once. */
  readonly missing: readonly string[];
}

export function hasVariables(url: string): boolean {
  return url.search(VARIABLE) !== -1;
}

/** No id, key or name is longer; a URL with a text of any length in it would be sent nowhere. */
const LONGEST_VALUE = 1_000;

/** Values are percent-encoded; a variable without a value that fits a URL becomes empty and is listed. */
export function expandUrl(url: string, payload: unknown): ExpandedUrl {
  const missing = new Set<string>();
  const expanded = url.replaceAll(VARIABLE, (_variable, name: string) => {
    const value = valueOf(payload, name);
    if (value === undefined) missing.add(name);
    return encode(value ?? "");
  });
  return { url: expanded, missing: [...missing] };
}

/**
 * Where a value is when it is not at the path that its name spells, because the products name variables after the
 * thing and not after the place in the body. Tried from the top.
 */
const ELSEWHERE: readonly (readonly [beginning: string, place: string])[] = [
  ["project.id", "version.projectId"],
  ["project.key", "project.projectKey"],
  ["project", "issue.fields.project"],
  ["project", "configuration.location"],
  ["project", "data.project"],
  ["issue.id", "worklog.issueId"],
  ["board", "configuration"],
  ["board.id", "sprint.originBoardId"],
  ["modifiedUser", "user"],
  ["mergedVersion", "mergedTo"],
];

function valueOf(payload: unknown, name: string): string | undefined {
  const places = [name];
  for (const [beginning, place] of ELSEWHERE) {
    if (name === beginning || name.startsWith(`${beginning}.`)) {
      places.push(place + name.slice(beginning.length));
    }
  }
  for (const place of places) {
    const value = place.split(".").reduce(memberOf, payload);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    // A value of dots would be a step through the path once the URL is put together.
    if (typeof value === "string" && value.length <= LONGEST_VALUE && !/^\.*$/.test(value)) return value;
  }
  return undefined;
}

/** As RFC 3986 wants it: everything but letters, digits and -._~ is encoded. */
function encode(value: string): string {
  // A half of a surrogate pair has no encoding; as bytes it becomes the replacement character.
  return encodeParam(value.toWellFormed());
}
