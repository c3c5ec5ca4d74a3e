/** Problems of a product document: how they are collected, sorted and thrown. */
import { CallboardError, MAX_PROBLEMS } from "../../errors.ts";
import type { ErrorCode, Problem } from "../../errors.ts";

/** Adds a problem. `detail` is a full sentence that makes sense without the pointer. */
export type Report = (pointer: string, detail: string) => void;

/** Maximum size of a product document, in bytes of its text. */
export const MAX_DOCUMENT_BYTES = 10 * 1024 * 1024;

/** Maximum nesting of its objects and lists. */
export const MAX_DOCUMENT_DEPTH = 100;

export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((one, other) => compareText(one.pointer, other.pointer));
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Makes the error of a document: the message has the number of problems, `errors` the first {@link MAX_PROBLEMS}. */
export function toInvalid(
  problems: readonly Problem[],
  { code = "PRODUCT_INVALID", what = "product" }: { readonly code?: ErrorCode; readonly what?: string } = {},
): CallboardError {
  const [first] = problems;
  const shown = problems.length > MAX_PROBLEMS ? ` The first ${MAX_PROBLEMS} are listed.` : "";
  const message =
    problems.length === 1 && first !== undefined
      ? first.detail
      : `The ${what} has ${problems.length.toLocaleString("en-US")} problems.${shown}`;
  return new CallboardError(code, message, { errors: sortProblems(problems) });
}

export const toTooLarge = (): CallboardError =>
  new CallboardError("PRODUCT_TOO_LARGE", "The product document must have at most 10 MiB.");

const MAX_QUOTED_LENGTH = 200;

/** Quotes foreign text, cut to 200 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text);
}
