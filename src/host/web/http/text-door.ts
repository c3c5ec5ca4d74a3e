/**
 * Text that no database could keep is refused here, once for every route: in the request target, in JSON bodies and in
 * forms. What a descriptor or the payload of an event may hold, their own rooms judge.
 */
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { textProblems, whyNotText } from "../../model/text.ts";

/** Members of a body that are not stored as they are, or judged with a code of their own. */
const JUDGED_ELSEWHERE: ReadonlySet<string> = new Set(["descriptor", "payload"]);

/**
 * NUL is the only such text that a URL can hold: half of a surrogate pair has no percent-encoding.
 * @throws {CallboardError} PATH_INVALID, QUERY_INVALID
 */
export function requireStorableTarget(target: string): void {
  if (!target.includes("%00")) return;
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (path.includes("%00")) {
    throw new CallboardError("PATH_INVALID", "The path must not have a NUL character (%00)", {
      errors: [{ pointer: "", detail: "must not have a NUL character" }],
    });
  }
  const errors = listTextProblems(new URLSearchParams(target.slice(mark + 1)), "");
  if (errors.length > 0) throw refused("QUERY_INVALID", "The query", errors);
}

/** @throws {CallboardError} BODY_SCHEMA with every text of a JSON body that cannot be kept */
export function requireStorableBody(body: Readonly<Record<string, unknown>>): void {
  const judged = Object.entries(body).filter(([name]) => !JUDGED_ELSEWHERE.has(name));
  const errors = textProblems(Object.fromEntries(judged));
  if (errors.length > 0) throw refused("BODY_SCHEMA", "The body", errors);
}

/** @throws {CallboardError} BODY_SCHEMA with every field of a form that cannot be kept */
export function requireStorableForm(form: URLSearchParams): void {
  const errors = listTextProblems(form, "/");
  if (errors.length > 0) throw refused("BODY_SCHEMA", "The form", errors);
}

function listTextProblems(pairs: URLSearchParams, before: string): readonly Problem[] {
  return [...pairs].flatMap(([name, value]) => {
    const detail = whyNotText(name) ?? whyNotText(value);
    return detail === undefined ? [] : [{ pointer: before + name.replaceAll("\0", "\ufffd"), detail }];
  });
}

function refused(
  code: "QUERY_INVALID" | "BODY_SCHEMA",
  what: string,
  errors: readonly Problem[],
): CallboardError {
  const [first] = errors;
  const rest = errors.length > 1 ? ` (${errors.length} such texts in all)` : "";
  return new CallboardError(
    code,
    `${what} does not fit: ${first?.pointer ?? ""} ${first?.detail ?? ""}${rest}`,
    {
      errors,
    },
  );
}
