/** What a check of a body against the schema of its event type comes to, and how that is said. Pure. */
import type { EventType, Product } from "../../catalogue/index.ts";
import { CallboardError, MAX_PROBLEMS } from "../../errors.ts";
import type { Problem } from "../../errors.ts";

export type BodyCheck =
  | { readonly kind: "fits" }
  /** Pointers lead into the body. */
  | { readonly kind: "off"; readonly problems: readonly Problem[] }
  | { readonly kind: "unchecked"; readonly reason: UncheckedReason };

/**
 * `late`: the check took longer than its time, or more memory than it has. `suspended`: so did one a short time ago.
 * `busy`: others were checked for too long before it. `failed`: it could not be made.
 */
export type UncheckedReason = "late" | "suspended" | "busy" | "failed";

/** Never rejects, and always ends: a hostile schema ends as `unchecked`. */
export type CheckBody = (product: Product, type: EventType, body: Uint8Array) => Promise<BodyCheck>;

/** What the schema policy `refuse` makes of an event, before anybody knows whether it was accepted once. */
export type Judgment =
  | { readonly kind: "accepted"; readonly note?: string }
  /** With pointers into the request that the event came in. */
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

const REASONS: Readonly<Record<UncheckedReason, string>> = {
  late: "the check took too long",
  suspended: "the last checks took too long, and the next one is made in a minute",
  busy: "too many bodies were waiting for their check",
  failed: "the check failed",
};

export const describeUnchecked = (event: string, reason: UncheckedReason): string =>
  `The body was not checked against the schema of ${event}: ${REASONS[reason]}.`;

/** Says in a sentence where a body is off its schema. */
export function describeOff(event: string, [first, ...others]: readonly Problem[]): string {
  const where = first === undefined || first.pointer === "" ? "its top" : first.pointer;
  const more =
    others.length === 0 ? "" : `, and in ${others.length} more ${others.length === 1 ? "place" : "places"}`;
  return `The body is not what the catalogue has for ${event}: at ${where} it ${first?.detail ?? "is off"}${more}.`;
}

/** Where an event stands in the request that it came in: JSON pointers of its name and of its payload. */
export interface EventPlaces {
  readonly event: string;
  readonly payload: string;
}

/** @param at JSON pointer of the event's envelope; undefined for a body without one */
export const placesAt = (at: string | undefined): EventPlaces =>
  at === undefined ? { event: "", payload: "" } : { event: `${at}/event`, payload: `${at}/payload` };

/** Judges a checked body under the policy `refuse`. */
export function toJudgment(event: string, check: BodyCheck, { payload }: EventPlaces): Judgment {
  switch (check.kind) {
    case "fits":
      return { kind: "accepted" };
    case "unchecked":
      return { kind: "accepted", note: describeUnchecked(event, check.reason) };
    case "off":
      return {
        kind: "refused",
        problems: check.problems.map(({ pointer, detail }) => ({ pointer: payload + pointer, detail })),
      };
  }
}

export interface Judgeable {
  readonly name: string;
  /** Undefined where nothing is judged. */
  readonly judgment?: Judgment | undefined;
}

export const isRefused = ({ judgment }: Judgeable): boolean => judgment?.kind === "refused";

/** Returns the refusal of the events, of which at least one was judged so. */
export function refuseOffSchema(events: readonly Judgeable[]): CallboardError {
  const refused = events.flatMap(({ name, judgment }) =>
    judgment?.kind === "refused" ? [{ name, problems: judgment.problems }] : [],
  );
  const problems = refused.flatMap((each) => each.problems);
  const names = [...new Set(refused.map(({ name }) => JSON.stringify(name)))];
  const [first] = problems;
  const shown = problems.length > MAX_PROBLEMS ? ` The first ${MAX_PROBLEMS} are listed.` : "";
  const what = `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
  const detail =
    problems.length === 1 && first !== undefined
      ? `${first.pointer} ${first.detail}`.trim()
      : `it differs in ${problems.length} places.${shown}`;
  return new CallboardError("EVENT_OFF_SCHEMA", `The product refuses ${what}: ${detail}`, {
    errors: problems,
  });
}
