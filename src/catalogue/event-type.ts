/** Event types: how the product folders and product files write them down, and what the catalogue makes of them. */

import { toFieldType } from "./type-notation.ts";
import type { FieldType } from "./type-notation.ts";

export type { FieldType } from "./type-notation.ts";

/** The two envelopes of Confluence: of the Connect age, and of today's Cloud. Other products have one. */
export const ENVELOPES = ["connect", "cloud"] as const;
export type Envelope = (typeof ENVELOPES)[number];

/** `legacy` events belong to hosts of an earlier age; `deprecated` ones have a successor. */
export type EventStatus = "current" | "legacy" | "deprecated";

/**
 * How well the shape of a body is known, best first: read in the product's own code, seen in a recorded body, shown by
 * the documentation, derived from a sibling event, or guessed.
 */
export type Confidence = "source" | "capture" | "documentation" | "derived" | "guessed";

/** One field of a body. `path` is dotted, `[]` stands for the items of an array: `data.fields[].id`. */
export interface Field {
  readonly path: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** Every recorded body has it; the schema does not demand it all the same, since bodies of other years can lack it. */
  readonly usual?: true;
  /** Its value can be null. */
  readonly nullable?: true;
  /** Documented only: the product itself does not keep to it, so the schema does not demand it. */
  readonly loose?: true;
  readonly note?: string;
}

/** A field as a built-in product writes it down. */
export interface ShapedField extends Field {
  /** Its type with shapes, in the notation of `src/catalogue/type-notation.ts`. */
  readonly notation?: string;
}

/** An event type as data: a row of a built-in product's table, or an entry of a product file. Defaults are left out. */
export interface EventData {
  readonly group: string;
  /** Label; derived from the event type's key when left out. */
  readonly name?: string;
  /** One sentence: what has happened. */
  readonly description: string;
  /** `current` when left out. */
  readonly status?: EventStatus;
  /** The event type that replaces a deprecated one. */
  readonly replacedBy?: string;
  /** `source` when left out: the schema is the product's own. */
  readonly confidence?: Confidence;
  /** Note about the shape, for users. */
  readonly note?: string;
  /** Delivered only to the add-on that the event is about. */
  readonly ownAddonOnly?: true;
  /** Published by the host about itself and its add-ons; wildcards and "all events" leave it out. */
  readonly hostEvent?: true;
  /** Other names by which it may be asked for. */
  readonly aliases?: readonly string[];
  /** The number that names the event type in Backlog. */
  readonly typeId?: number;
  /** The URL variables that the body supplies: their names, or the JSON pointer of each. */
  readonly variables?: readonly string[] | Readonly<Record<string, string>>;
  /** The members of the body, from which its schema is made. An envelope adds only members that are listed here. */
  readonly fields?: readonly ShapedField[];
  /** JSON Schema (draft 2020-12) in place of `fields`; `#/schemas/…` refers to the product's `schemas`. */
  readonly schema?: object;
  /** The event type's own part of the sample; the product adds what all of its bodies begin with. */
  readonly sample: object;
  /** The sample in the envelope of Confluence Cloud, where that differs. */
  readonly cloudSample?: object;
  readonly cloudConfidence?: Confidence;
}

/** One event type of the catalogue. */
export interface EventType {
  /** The key of its product. */
  readonly product: string;
  readonly event: string;
  readonly group: string;
  /** The label people see. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly status: EventStatus;
  /** The event type of the same product that replaces a deprecated one, if there is one. */
  readonly replacedBy: string | undefined;
  /** How well the shape of the body is known; shown wherever the sample is. Of the same envelope as the sample. */
  readonly confidence: Confidence;
  readonly confidenceIn: (envelope?: Envelope) => Confidence;
  readonly note: string | undefined;
  /** Delivered only to the add-on that the event is about. */
  readonly ownAddonOnly: boolean;
  /** Published by the host about itself and its add-ons; wildcards and "all events" leave it out. */
  readonly isHostEvent: boolean;
  /** The number that names the event type, in Backlog. */
  readonly typeId: number | undefined;
  /** The URL variables that the body supplies, such as `issue.key`. */
  readonly variables: readonly string[];
  /** Reports whether bodies have a value for a URL variable: a listed one, or the path of a value in a sample. */
  readonly supplies: (variable: string) => boolean;
  readonly fields: readonly Field[];
  /** JSON Schema of the body, draft 2020-12; always the same object. */
  readonly schema: () => object;
  /** A fresh body each time; Confluence has one per envelope. */
  readonly sample: (envelope?: Envelope) => unknown;
  /** The same as exact JSON text. */
  readonly sampleText: (envelope?: Envelope) => string;
}

export type EventTable<Name extends string> = Readonly<Record<Name, EventData>>;

/** A product's table, typed by its names alone. It has no prototype, since callers may name an event `constructor`. */
export function eventTable<Name extends string>(rows: EventTable<Name>): EventTable<Name> {
  return Object.freeze(Object.assign(Object.create(null) as EventTable<Name>, rows));
}

export function field(path: string, type: FieldType, note?: string): Field {
  return { path, type, required: true, ...(note === undefined ? {} : { note }) };
}

/** A field whose type is more than a word: a shape, a list of something, a certain text. */
export const shaped = (path: string, notation: string, note?: string): ShapedField => ({
  ...field(path, toFieldType(notation), note),
  notation,
});

export function optional(...fields: readonly ShapedField[]): readonly ShapedField[] {
  return fields.map((each) => ({ ...each, required: false }));
}

/** Fields that every recorded body has, and that nobody is held to. */
export function usual(...fields: readonly ShapedField[]): readonly ShapedField[] {
  return fields.map((each) => ({ ...each, required: false, usual: true }));
}

/** The moment at which everything in the samples happens: 2024-11-12T09:30:00.123Z. */
export const SAMPLE_AT = 1731403800123;
