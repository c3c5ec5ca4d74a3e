/**
 * The catalogue: every event of every product, keyed by product *and* name, with its fields, schema and sample.
 * Adding a product is adding a folder and one line here and in PRODUCTS.
 */

import { distance } from "fastest-levenshtein";
import { backlog } from "./backlog/product.ts";
import { callboard } from "./callboard/product.ts";
import { confluence } from "./confluence/product.ts";
import { CallboardError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import { readJsonRounded } from "../json/excerpt.ts";
import { memberOf } from "../json/member.ts";
import type { Confidence, EventFacts, EventStatus, Field, Format, Product } from "./event.ts";
import { FORMATS, PRODUCTS, SITE_PRODUCTS } from "./event.ts";
import { OPERATIONAL_FORMATS } from "./formats.ts";
import { jira } from "./jira/product.ts";
import { namingPartOf, readPayload } from "./payload.ts";
import type { Payload } from "./payload.ts";
import { ENVELOPES } from "./product.ts";
import type { BodyInput, BuiltBody, Envelope, ProductFolder, WebhookFacts } from "./product.ts";
import { projectrak } from "./projectrak/product.ts";
import { schemaOf } from "./schema.ts";
import { tracker } from "./tracker/product.ts";
import { prepareSchema, problemsIn } from "./validate.ts";

export type { Confidence, EventStatus, Field, Format, Product } from "./event.ts";
export { FORMATS, PRODUCTS, SITE_PRODUCTS } from "./event.ts";
export type * from "./payloads.ts";
export type { BodyInput, BuiltBody, Envelope } from "./product.ts";
export { ENVELOPES } from "./product.ts";

export { readPayload } from "./payload.ts";
export type { Payload, ScannedPayload } from "./payload.ts";

/** One event of the catalogue. */
export interface CatalogueEvent {
  readonly product: Product;
  readonly event: string;
  readonly group: string;
  /** The label people see. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly status: EventStatus;
  /** How well the shape of the body is known; shown wherever the sample is. Of the same envelope as the sample. */
  readonly confidence: Confidence;
  readonly confidenceIn: (envelope?: Envelope) => Confidence;
  readonly note: string | undefined;
  /** Delivered to nobody but the add-on that the event is about. */
  readonly ownAddonOnly: boolean;
  /** The host tells of itself and its add-ons: no wildcard and no "all events" asks for it. */
  readonly isHostEvent: boolean;
  /** The number that names the event, in Backlog. */
  readonly typeId: number | undefined;
  /** The URL variables that the body supplies, such as `issue.key`. */
  readonly variables: readonly string[];
  /** Whether bodies have a value for a URL variable: one that is listed, or the path of a value in a sample. */
  readonly supplies: (variable: string) => boolean;
  readonly fields: readonly Field[];
  /** JSON Schema of the body, draft 2020-12; always the same object. */
  readonly schema: () => object;
  /** A fresh body each time; Confluence has one per envelope. */
  readonly sample: (envelope?: Envelope) => unknown;
  /** The same as exact JSON text. */
  readonly sampleText: (envelope?: Envelope) => string;
}

const FOLDERS: Readonly<Record<Product, ProductFolder>> = {
  jira,
  confluence,
  projectrak,
  backlog,
  tracker,
  callboard,
};

/** "jira:issue_created" → "Issue created". */
function labelOf(event: string): string {
  const words = event
    .replace(/^jira:/, "")
    .replace(/_activity$/, "")
    .replaceAll(/[._-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

function catalogueEvent(product: Product, event: string, facts: EventFacts): CatalogueEvent {
  const name = facts.name ?? labelOf(event);
  const sampleText = (envelope: Envelope = "connect") =>
    JSON.stringify(FOLDERS[product].sampleOf(event, facts, envelope));
  let schema: object | undefined;
  let samples: readonly unknown[] | undefined;
  return {
    product,
    event,
    group: facts.group,
    name,
    description: facts.description,
    status: facts.status ?? "current",
    confidence: facts.confidence,
    confidenceIn: (envelope) =>
      envelope === "cloud" ? (facts.cloudConfidence ?? facts.confidence) : facts.confidence,
    note: facts.note,
    ownAddonOnly: facts.ownAddonOnly ?? false,
    isHostEvent: facts.hostEvent ?? false,
    typeId: facts.typeId,
    variables: facts.variables ?? [],
    supplies: (variable) => {
      if (facts.variables?.includes(variable) === true) return true;
      samples ??= ENVELOPES.map((envelope) => JSON.parse(sampleText(envelope)) as unknown);
      return samples.some((sample) => isScalar(variable.split(".").reduce(memberOf, sample)));
    },
    fields: facts.fields,
    schema: () => (schema ??= schemaOf(name, facts.fields)),
    sample: (envelope) => JSON.parse(sampleText(envelope)) as unknown,
    sampleText,
  };
}

interface Shelf {
  readonly byName: ReadonlyMap<string, CatalogueEvent>;
  readonly byAlias: ReadonlyMap<string, CatalogueEvent>;
  /** Each name, and what it is compared by with one that may be meant. */
  readonly bareNames: ReadonlyMap<string, string>;
}
const shelves = new Map<Product, Shelf>();

function shelfOf(product: Product): Shelf {
  const known = shelves.get(product);
  if (known !== undefined) return known;
  const rows = Object.entries(FOLDERS[product].events).map(([event, facts]) => ({
    facts,
    known: catalogueEvent(product, event, facts),
  }));
  const shelf: Shelf = {
    byName: new Map(rows.map(({ known }) => [known.event, known])),
    bareNames: new Map(rows.map(({ known }) => [known.event, bare(known.event)])),
    byAlias: new Map(
      rows.flatMap(({ facts, known }) => (facts.aliases ?? []).map((alias) => [alias, known])),
    ),
  };
  shelves.set(product, shelf);
  return shelf;
}

/** The product whose events are Callboard's own. */
export const OPERATIONAL_PRODUCT = "callboard" satisfies Product;

const operationalNames: ReadonlySet<string> = new Set(Object.keys(FOLDERS[OPERATIONAL_PRODUCT].events));

/** Whether the event type is one of Callboard's own, on the site of whatever product. */
export const isOperational = (event: string): boolean => operationalNames.has(event);

/** No product puts an operational event into a format of its own. */
const builderOf = (product: Product, event: string): Product =>
  operationalNames.has(event) ? OPERATIONAL_PRODUCT : product;

/** Callboard's own event types, for the sites of every product. */
export const operationalEvents = (): readonly CatalogueEvent[] => eventsOf(OPERATIONAL_PRODUCT);

/** Whether a site of the product is Callboard's own: there is one, and it was made at the start. */
export const isOperationalProduct = (product: Product): boolean => product === OPERATIONAL_PRODUCT;

/** What outgoing webhooks have on a site of the product when they name no format. */
export const formatOf = (product: Product): Format =>
  SITE_PRODUCTS.find((each) => each === product) ?? "standard";

/** The products whose event types can be named on a site of this one: its own first. */
const shelvesFor = (product: Product): ReadonlySet<Product> => new Set([product, OPERATIONAL_PRODUCT]);

/** Whether the format is for operational events alone. */
export const isOperationalFormat = (format: Format): boolean => Object.hasOwn(OPERATIONAL_FORMATS, format);

/** The formats that webhooks on a site of the product can have. */
export function formatsFor(product: Product): readonly Format[] {
  const own = formatOf(product);
  return [own, ...FORMATS.filter((format) => format !== own && isOperationalFormat(format))];
}

interface FormatFacts extends WebhookFacts {
  readonly formatName: string;
}

const productFormats = SITE_PRODUCTS.map((product): readonly [Format, FormatFacts] => {
  const { name, webhooks } = FOLDERS[product];
  return [product, { formatName: name, ...webhooks }];
});

const WEBHOOK_FACTS: ReadonlyMap<Format, FormatFacts> = new Map([
  ...productFormats,
  ...Object.entries(OPERATIONAL_FORMATS).map(([format, facts]) => [format as Format, facts] as const),
]);

/** What is particular about webhooks of a format, and what it is called. */
export function webhookFactsOf(format: Format): FormatFacts {
  const facts = WEBHOOK_FACTS.get(format);
  if (facts === undefined) throw new Error(`there is no format ${format}`);
  return facts;
}

export function isSiteProduct(value: string): value is (typeof SITE_PRODUCTS)[number] {
  return (SITE_PRODUCTS as readonly string[]).includes(value);
}

export function isProduct(value: string): value is Product {
  return (PRODUCTS as readonly string[]).includes(value);
}

/** The products on whose sites add-ons can be installed. */
export const ADDON_PRODUCTS: readonly Product[] = PRODUCTS.filter(
  (product) => FOLDERS[product].hasAddons === true,
);

/** What differs between products beside their events and bodies. */
export type ProductFacts = Omit<
  ProductFolder,
  "events" | "sampleOf" | "sampleOfUnknown" | "eventNameOf" | "buildBody"
>;

export function factsOf(product: Product): ProductFacts {
  return FOLDERS[product];
}

/** All events of the product, grouped. */
export function eventsOf(product: Product): readonly CatalogueEvent[] {
  return [...shelfOf(product).byName.values()];
}

/**
 * The event of that name or alias on a site of the product: one of the product's own, a Backlog event also by its number
 * ("1"), or an operational one.
 */
export function findEvent(product: Product, event: string): CatalogueEvent | undefined {
  const { byName, byAlias } = shelfOf(product);
  const found = byName.get(event) ?? byAlias.get(event) ?? operationalEvent(event);
  if (found !== undefined || !/^\d+$/.test(event)) return found;
  return eventsOf(product).find(({ typeId }) => typeId === Number(event));
}

/** The operational event of that name. */
export function operationalEvent(event: string): CatalogueEvent | undefined {
  return operationalNames.has(event) ? shelfOf(OPERATIONAL_PRODUCT).byName.get(event) : undefined;
}

/**
 * JSON text to try an event with: its sample, or what a body of the product has around the event where the product
 * accepts names that nobody knows yet.
 */
export function sampleTextFor(product: Product, event: string, envelope?: Envelope): string {
  const known = findEvent(product, event)?.sampleText(envelope);
  return known ?? JSON.stringify(FOLDERS[product].sampleOfUnknown?.(event) ?? {});
}

/** The products that have an event of exactly this name or alias. */
export function productsNaming(event: string): readonly Product[] {
  return PRODUCTS.filter((product) => {
    const { byName, byAlias } = shelfOf(product);
    return byName.has(event) || byAlias.has(event);
  });
}

/**
 * The names that could have been meant, best first; none when nothing is near. A prefix such as `jira:`, upper case and
 * what stands between words play no part.
 */
export function nearestNames(product: Product, event: string, most = 3): readonly string[] {
  const wanted = bare(event);
  if (wanted === "") return [];
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  return [...shelvesFor(product)]
    .flatMap((each) => [...shelfOf(each).bareNames])
    .map(([name, bareName]) => ({ name, rank: rankOf(bareName, wanted, farthest) }))
    .filter(({ rank }) => rank <= farthest)
    .sort((one, other) => one.rank - other.rank || one.name.localeCompare(other.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** A name without what people get wrong about it: "jira:issue_created", "issueCreated" and "issue-created" are alike. */
const bare = (event: string): string =>
  event
    .replace(/^[A-Za-z-]+:/, "")
    .toLowerCase()
    .replaceAll(/[^a-z\d]/g, "");

/** The name that differs in nothing but its prefix, upper case or what stands between words; undefined without one. */
export function sameNameIn(product: Product, event: string): string | undefined {
  const [nearest] = nearestNames(product, event, 1);
  return nearest !== undefined && bare(nearest) === bare(event) ? nearest : undefined;
}

/** How far a name is from what was written: below 1 when one contains the other, otherwise letters to change. */
function rankOf(name: string, wanted: string, farthest: number): number {
  if (wanted.length > 3 && (name.includes(wanted) || wanted.includes(name))) {
    return Math.abs(name.length - wanted.length) / 1000;
  }
  // No fewer letters can be changed: most names need no closer look.
  const least = Math.abs(name.length - wanted.length);
  return least > farthest ? least : distance(name, wanted);
}

/** The event name in a parsed body, from where that product puts it; undefined where it puts none. */
export function eventNameOf(product: Product, body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  return FOLDERS[product].eventNameOf(body as Readonly<Record<string, unknown>>);
}

/** The same for a payload that is not parsed. */
export function eventNameIn(product: Product, payload: Payload): string | undefined {
  return FOLDERS[product].eventNameOf(namingPartOf(payload));
}

/** Looking for a hint takes time, and a mistake of set-up shows with a small body as well. */
const MOST_HINTED_BYTES = 1024 * 1024;

/**
 * Names the other product that a body belongs to, for a sender that has the wrong site; "" when no other product's
 * catalogue has the event that the body names, and for a body of more than 1 MiB.
 */
export function originHint(product: Product, payload: Payload): string {
  if (payload.bytes.length > MOST_HINTED_BYTES) return "";
  for (const other of PRODUCTS) {
    const event = other === product ? undefined : eventNameIn(other, payload);
    if (event !== undefined && findEvent(other, event) !== undefined) {
      return ` It looks like a body of ${other}, of ${event}.`;
    }
  }
  return "";
}

/**
 * The body that the product sends for the event. The payload's own bytes are kept; what the product adds is put in front.
 * Throws EVENT_SCHEMA when Projectrak, Backlog or Tracker could not have sent such a body, a BODY_… code when the
 * payload is not the JSON text of an object.
 */
export function buildBody(product: Product, input: BodyInput): BuiltBody {
  try {
    return FOLDERS[builderOf(product, input.event)].buildBody(input);
  } catch (cause) {
    if (!(cause instanceof CallboardError) || cause.code !== "EVENT_SCHEMA") throw cause;
    const hint = hintFor(product, input);
    if (hint === "") throw cause;
    throw new CallboardError(cause.code, `${cause.message}.${hint}`, { errors: cause.errors, cause });
  }
}

/** No hint where the payload is no object either. */
function hintFor(product: Product, { payload, scanned }: BodyInput): string {
  try {
    return originHint(product, readPayload(payload, scanned));
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return "";
  }
}

/** Makes ready for {@link buildBody}, with others having their turn in between: without it, the first body of a product waits. */
export async function prepareBodies(product: Product): Promise<void> {
  const { bodySchema } = FOLDERS[product];
  if (bodySchema !== undefined) await prepareSchema(bodySchema);
}

/** The same for {@link schemaProblems}. */
export const prepareSchemaOf = (event: CatalogueEvent): Promise<void> => prepareSchema(event.schema());

/** Where a body is off the event's schema; none when it fits. */
export function schemaProblems(event: CatalogueEvent, body: Buffer): readonly Problem[] {
  return problemsIn(event.schema(), readJsonRounded(body));
}
