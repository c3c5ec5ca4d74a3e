/**
 * What the catalogue knows about one event, and the few words in which the product folders write it down.
 */

/** The products that a site can be created of. */
export const SITE_PRODUCTS = ["jira", "confluence", "projectrak", "backlog", "tracker"] as const;
/** Those, and Callboard itself, which has one site that nobody creates. */
export const PRODUCTS = [...SITE_PRODUCTS, "callboard"] as const;
export type Product = (typeof PRODUCTS)[number];

/** The formats of outgoing webhooks: those of the products, and two for operational events alone. */
export const FORMATS = [...SITE_PRODUCTS, "standard", "slack"] as const;
export type Format = (typeof FORMATS)[number];

/** `legacy` events belong to hosts of an earlier age; `deprecated` ones have a successor. */
export type EventStatus = "current" | "legacy" | "deprecated";

/**
 * How well the shape of a body is known, best first: read in the product's own code, seen in a recorded body, shown by
 * the documentation, derived from a sibling event, or guessed.
 */
export type Confidence = "source" | "capture" | "documentation" | "derived" | "guessed";

export type FieldType = "string" | "integer" | "boolean" | "object" | "array" | "any";

/** One field of a body. `path` is dotted, `[]` stands for the items of an array: `data.fields[].id`. */
export interface Field {
  readonly path: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** Documented only: the product itself does not keep to it, so the schema does not demand it. */
  readonly loose?: true;
  readonly note?: string;
}

/** A row of a product's event table. What is usual is left out. */
export interface EventFacts {
  readonly group: string;
  /** The label people see; without one it is made from the event name. */
  readonly name?: string;
  /** One sentence: what has happened. */
  readonly description: string;
  /** `current` when left out. */
  readonly status?: EventStatus;
  readonly confidence: Confidence;
  /** What to know about the shape; shown to people. */
  readonly note?: string;
  /** Delivered to nobody but the add-on that the event is about. */
  readonly ownAddonOnly?: true;
  /** The host tells of itself and its add-ons: no wildcard and no "all events" asks for it. */
  readonly hostEvent?: true;
  /** Other names by which it may be asked for. */
  readonly aliases?: readonly string[];
  /** The number that names the event in Backlog. */
  readonly typeId?: number;
  /** The URL variables that the body supplies. */
  readonly variables?: readonly string[];
  readonly fields: readonly Field[];
  /** The event's own part of the sample; the product adds what all of its bodies begin with. */
  readonly body: object;
  /** The sample in the envelope of Confluence Cloud, where that differs. */
  readonly cloudBody?: object;
  readonly cloudConfidence?: Confidence;
}

export type EventTable<Name extends string> = Readonly<Record<Name, EventFacts>>;

/**
 * A product's table. Its type is no more than the names: what a row says is for the running program. It inherits nothing,
 * since callers may name an event `constructor`.
 */
export function eventTable<Name extends string>(rows: EventTable<Name>): EventTable<Name> {
  return Object.freeze(Object.assign(Object.create(null) as EventTable<Name>, rows));
}

export function field(path: string, type: FieldType, note?: string): Field {
  return { path, type, required: true, ...(note === undefined ? {} : { note }) };
}

export function optional(...fields: readonly Field[]): readonly Field[] {
  return fields.map((each) => ({ ...each, required: false }));
}

/** The moment at which everything in the samples happens: 2024-11-12T09:30:00.123Z. */
export const SAMPLE_AT = 1731403800123;
