/** Compares two versions of a product, and says which changes break subscribers. Pure. */
import { escapeStep } from "../../json/pointer.ts";
import type { EventData } from "../event-type.ts";
import type { ProductData } from "../product.ts";
import { createSchema } from "../schema.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { isObject } from "../../json/object.ts";
import type { SchemaObject } from "./schema-walk.ts";

export interface ProductChange {
  readonly kind: "added" | "removed" | "changed";
  /** The event type. Undefined for a change of the product itself, or of a scope. */
  readonly event: string | undefined;
  /** The scope. Left out for any other change. */
  readonly scope?: string;
  /** JSON pointer in the later document, or in the earlier one for what was removed. */
  readonly pointer: string;
  /** Subscribers can receive what they were not prepared for, or lose what they use. */
  readonly breaking: boolean;
  /** One sentence. */
  readonly text: string;
}

/**
 * Lists the changes from one version to another, those of the product first, then by event type. The order of keys makes no
 * difference. Breaking are: an event type, URL variable or scope that was removed; another envelope or place of the event type;
 * and schemas by the rules of compare-schemas.ts.
 * @param onStep called with the pointer of each event type before it is compared
 */
export function compareProducts(
  before: ProductData,
  after: ProductData,
  onStep: (pointer: string) => void = () => undefined,
): readonly ProductChange[] {
  const events = new Set([...Object.keys(before.events), ...Object.keys(after.events)]);
  const replacedBy = findRenamed(before, after);
  return [
    ...compareFacts(before, after),
    ...compareScopes(before.scopes ?? {}, after.scopes ?? {}),
    ...[...events].flatMap((event) => {
      const [earlier, later] = [ownMember(before.events, event), ownMember(after.events, event)];
      const pointer = `/events/${escapeStep(event)}`;
      if (earlier === undefined) {
        return [
          {
            kind: "added",
            event,
            pointer,
            breaking: false,
            text: `The event type ${event} was added.`,
          } as const,
        ];
      }
      if (later === undefined) {
        const renamed = replacedBy.get(event);
        const text = `The event type ${event} was ${renamed === undefined ? "removed" : `removed or renamed to ${renamed}`}.`;
        return [{ kind: "removed", event, pointer, breaking: true, text } as const];
      }
      onStep(pointer);
      return compareEvents(event, { data: earlier, product: before }, { data: later, product: after });
    }),
  ];
}

const ownMember = <T>(object: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const FACTS = [
  ["product", "key", "breaking"],
  ["envelope", "envelope", "breaking"],
  ["eventPath", "place of the event type in bodies", "breaking"],
  ["name", "name", "compatible"],
  ["description", "description", "compatible"],
  ["retryProfile", "retry schedule", "compatible"],
  ["schemaPolicy", "schema policy", "compatible"],
] as const;

function compareFacts(before: ProductData, after: ProductData): readonly ProductChange[] {
  return FACTS.flatMap(([member, what, effect]) => {
    if (isSame(before[member], after[member])) return [];
    const text = `The ${what} of the product has changed.`;
    const kind = toChangeKind(before[member], after[member]);
    return [{ kind, event: undefined, pointer: `/${member}`, breaking: effect === "breaking", text }];
  });
}

type Scopes = NonNullable<ProductData["scopes"]>;

function compareScopes(before: Scopes, after: Scopes): readonly ProductChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((scope) => {
    const [earlier, later] = [ownMember(before, scope), ownMember(after, scope)];
    if (isSame(earlier, later)) return [];
    const kind = toChangeKind(earlier, later);
    const text =
      kind === "changed"
        ? `The description of the scope ${scope} has changed.`
        : `The scope ${scope} was ${kind}.`;
    const pointer = `/scopes/${escapeStep(scope)}`;
    return [{ kind, event: undefined, scope, pointer, breaking: kind === "removed", text }];
  });
}

function toChangeKind(before: unknown, after: unknown): ProductChange["kind"] {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
}

interface Version {
  readonly data: EventData;
  readonly product: ProductData;
}

const SHOWN = [
  ["name", "name"],
  ["description", "description"],
  ["group", "group"],
  ["sample", "sample"],
] as const;

function compareEvents(event: string, before: Version, after: Version): readonly ProductChange[] {
  const pointer = `/events/${escapeStep(event)}`;
  const changes: ProductChange[] = [];
  const add = (change: Omit<ProductChange, "event">): void => {
    changes.push({ event, ...change });
  };
  for (const [member, what] of SHOWN) {
    const [earlier, later] = [before.data[member], after.data[member]];
    if (isSame(earlier, later)) continue;
    const text = `The ${what} of ${event} has changed.`;
    add({ kind: toChangeKind(earlier, later), pointer: `${pointer}/${member}`, breaking: false, text });
  }
  const [status, later] = [before, after].map(({ data }) => data.status ?? "current");
  const wasReplaced = !isSame(before.data.replacedBy, after.data.replacedBy);
  if (status !== later || wasReplaced) {
    const successor = after.data.replacedBy === undefined ? "" : `, replaced by ${after.data.replacedBy}`;
    const text = `The event type ${event} is ${later}${successor}.`;
    add({ kind: "changed", pointer: `${pointer}/status`, breaking: false, text });
  }
  compareVariables(event, pointer, before.data, after.data).forEach(add);
  compareBodies(event, pointer, before, after).forEach(add);
  return changes;
}

type Change = Omit<ProductChange, "event">;

/** URLs of subscribers name them. */
function compareVariables(
  event: string,
  pointer: string,
  before: EventData,
  after: EventData,
): readonly Change[] {
  const [earlier, later] = [before, after].map(({ variables = {} }) =>
    Array.isArray(variables) ? Object.fromEntries(variables.map((name: string) => [name, ""])) : variables,
  ) as unknown as readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].flatMap((name) => {
    const [was, is] = [ownMember(earlier, name), ownMember(later, name)];
    if (was === is) return [];
    const kind = toChangeKind(was, is);
    const text = `The URL variable ${name} of ${event} was ${kind === "changed" ? "moved" : kind}.`;
    return [{ kind, pointer: `${pointer}/variables/${escapeStep(name)}`, breaking: kind !== "added", text }];
  });
}

function compareBodies(event: string, pointer: string, before: Version, after: Version): readonly Change[] {
  const [earlier, later] = [toSchema(before), toSchema(after)];
  const at = { pointer: `${pointer}/${after.data.fields === undefined ? "schema" : "fields"}` };
  if (earlier === undefined && later === undefined) return [];
  if (later === undefined) {
    return [
      {
        ...at,
        kind: "removed",
        breaking: true,
        text: `The schema of ${event} was removed: any body is possible.`,
      },
    ];
  }
  if (earlier === undefined) {
    return [{ ...at, kind: "added", breaking: false, text: `The schema of ${event} was added.` }];
  }
  const [schemas, others] = [before, after].map(({ product }) => product.schemas ?? {});
  if (isSame(earlier, later) && (schemas === others || isSame(schemas, others))) return [];
  const changes = compareSchemas(
    { schema: earlier, schemas: schemas ?? {}, ...at },
    { schema: later, schemas: others ?? {}, ...at },
  );
  if (changes.length > 0 || isSame(earlier, later)) return changes;
  const text = `The schema of ${event} has changed without an effect on bodies, or is stricter.`;
  return [{ ...at, kind: "changed", breaking: false, text }];
}

function toSchema({ data: { schema, fields, name = "" } }: Version): SchemaObject | undefined {
  if (schema !== undefined) return isObject(schema) ? schema : {};
  return fields === undefined ? undefined : (createSchema(name, fields) as SchemaObject);
}

/** A removed event type and an added one with the same schema and sample: most likely a new name. */
function findRenamed(before: ProductData, after: ProductData): ReadonlyMap<string, string> {
  const added = new Map(
    Object.entries(after.events)
      .filter(([event]) => !Object.hasOwn(before.events, event))
      .map(([event, data]) => [bodyText(data), event]),
  );
  const renamed = new Map<string, string>();
  if (added.size === 0) return renamed;
  for (const [event, data] of Object.entries(before.events)) {
    const name = Object.hasOwn(after.events, event) ? undefined : added.get(bodyText(data));
    if (name !== undefined) renamed.set(event, name);
  }
  return renamed;
}

const bodyText = ({ schema, fields, sample }: EventData): string => JSON.stringify([schema, fields, sample]);

/** Compares JSON values; the order of keys makes no difference. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return (
    keys.length === others.length &&
    keys.every(
      (key) =>
        Object.hasOwn(other, key) &&
        isSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  );
}
