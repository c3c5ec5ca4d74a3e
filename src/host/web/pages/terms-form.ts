/** The fields of an event's terms in a form. Pure. */
import { CallboardError } from "../../../errors.ts";
import { readTerms } from "../../model/terms.ts";
import type { AskedTerms } from "../../model/terms.ts";

/** Values of the fields, as they were typed; "" for what is not asked for. */
export interface TermsFields {
  readonly expiresAt: string;
  /** A time, or a delay such as "15m". */
  readonly deliverAfter: string;
  readonly isOnce: boolean;
}

export const NO_TERMS: TermsFields = { expiresAt: "", deliverAfter: "", isOnce: false };

export function readTermsFields(form: URLSearchParams): TermsFields {
  const text = (name: string) => form.get(name)?.trim() ?? "";
  return {
    expiresAt: text("expiresAt"),
    deliverAfter: text("deliverAfter"),
    isOnce: form.get("isOnce") === "on",
  };
}

/** Members of an event that these fields are about. */
const POINTERS: readonly string[] = ["/expiresAt", "/deliverAfter"];

/**
 * Returns what is asked for; undefined if nothing is. A test has no terms beside its one attempt.
 * @throws {CallboardError} EVENT_SCHEMA
 */
export function toAskedTerms(
  { expiresAt, deliverAfter, isOnce }: TermsFields,
  isTest: boolean,
): AskedTerms | undefined {
  const times = {
    ...(expiresAt === "" ? {} : { expiresAt }),
    ...(deliverAfter === "" ? {} : { deliverAfter }),
  };
  const { terms, problems } = readTerms({ ...times, ...(isOnce && !isTest ? { retry: false } : {}) });
  const found = isTest
    ? Object.keys(times).map((field) => ({ field, detail: "must be empty: a test is sent at once" }))
    : problems;
  if (found.length === 0) return terms;
  throw new CallboardError("EVENT_SCHEMA", "The terms of the event do not fit", {
    errors: found.map(({ field, detail }) => ({ pointer: `/${field}`, detail })),
  });
}

/** Reports whether these fields are all that was wrong with an event. */
export const isAboutTerms = ({ code, errors }: Pick<CallboardError, "code" | "errors">): boolean =>
  code === "EVENT_SCHEMA" && errors.length > 0 && errors.every(({ pointer }) => POINTERS.includes(pointer));
