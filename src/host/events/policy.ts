/** Applies the schema policy of a product to events that come in: under `refuse`, each body is checked before it is accepted. */
import { findEventType } from "../../catalogue/index.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { toJudgment, placesAt, refuseOffSchema } from "../model/body-check.ts";
import type { CheckBody, Judgment } from "../model/body-check.ts";
import { isPattern } from "../model/event-pattern.ts";
import type { NormalizedEvent } from "../model/plan.ts";
import { unknownNameNotes } from "../model/unknown-name.ts";

export interface PolicyParts {
  readonly catalogue: Catalogue;
  readonly checkBody: CheckBody;
}

/** The part of an event that is judged. */
type JudgedPart = Pick<NormalizedEvent, "name" | "body"> & { readonly at: string | undefined };

/** Judges events of a site under the policy `refuse`, in their order. */
export function withJudgments(
  events: readonly NormalizedEvent[],
  product: Product,
  parts: PolicyParts,
): Promise<readonly NormalizedEvent[]> {
  return Promise.all(
    events.map(async (event) => {
      const { name, body, incoming } = event;
      return { ...event, judgment: await judgeEvent({ name, body, at: incoming.at }, product, parts) };
    }),
  );
}

/**
 * Applies the policy to an event that is accepted elsewhere, such as a test of values that are not saved.
 * @throws {CallboardError} EVENT_OFF_SCHEMA
 */
export async function assertPolicy(
  product: Product,
  event: Omit<JudgedPart, "at">,
  parts: PolicyParts,
): Promise<void> {
  if (product.schemaPolicy !== "refuse") return;
  const judgment = await judgeEvent({ ...event, at: undefined }, product, parts);
  if (judgment.kind === "refused") throw refuseOffSchema([{ name: event.name, judgment }]);
}

/** Judges one event under the policy `refuse`. */
async function judgeEvent(
  { name, body, at }: JudgedPart,
  product: Product,
  { catalogue, checkBody }: PolicyParts,
): Promise<Judgment> {
  const places = placesAt(at);
  const type = findEventType(product, name);
  if (type === undefined) {
    const [why = isPattern(name) ? `${JSON.stringify(name)} is a wildcard, not an event type.` : undefined] =
      unknownNameNotes(catalogue, product, name);
    return why === undefined
      ? { kind: "accepted" }
      : { kind: "refused", problems: [{ pointer: places.event, detail: why }] };
  }
  // Operational events are not the product's, and are on the sites of all products.
  if (type.product !== product.key) return { kind: "accepted" };
  return toJudgment(name, await checkBody(product, type, body), places);
}
