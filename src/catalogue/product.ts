/**
 * A product as a value: its event types, the body it sends, and every fact in which it differs from others. Built-in
 * products and those of users come from the same constructor; code supplies only what data can't.
 */
import type { JsonReading } from "../json/excerpt.ts";
import { readMember } from "../json/member.ts";
import type { JsonObject } from "../json/object.ts";
import { isScalar } from "../json/scalar.ts";
import { withMembers } from "../json/splice.ts";
import { pickReachedSchemas } from "./document/references.ts";
import { ENVELOPES, SAMPLE_AT } from "./event-type.ts";
import type { Envelope, EventData, EventType } from "./event-type.ts";
import { SHARED_FORMATS } from "./formats.ts";
import type { WebhookFacts, WebhookFormat } from "./formats.ts";
import { describeMismatch, readPayload } from "./payload.ts";
import type { ScannedPayload } from "./payload.ts";
import { createSchema, expandFields, listFields } from "./schema.ts";

/** The treatment of a body that is off its schema, and of an unknown event type: a note, a refusal, or no check at all. */
export const SCHEMA_POLICIES = ["note", "refuse", "off"] as const;
export type SchemaPolicy = (typeof SCHEMA_POLICIES)[number];

/** Payload of an event, from which the body of the product is built. */
export interface BodyInput {
  readonly event: string;
  /** Raw JSON text of an object, forwarded byte for byte; empty when none was given. */
  readonly payload: Buffer;
  /** Result of scanning the payload. Without it, the payload is scanned. */
  readonly scanned?: ScannedPayload;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Key of the project, where the caller named one beside the payload. */
  readonly project?: string;
  /** User who caused the event, if the publisher named one beside the payload. */
  readonly user?: string;
  /** The site's setting; `connect` when left out. Confluence only. */
  readonly envelope?: Envelope;
}

export interface BuiltBody {
  readonly bytes: Buffer;
  /** Notes for the trace, one sentence each. */
  readonly notes: readonly string[];
  /** The value of the bytes, where it was needed to build them. */
  readonly reading?: JsonReading;
}

/** The facts in which products differ, beside their event types and bodies. */
interface ProductFacts {
  /** Display name. */
  readonly name: string;
  readonly description: string;
  /** Add-ons can be installed on its sites. */
  readonly hasAddons: boolean;
  /** The host that an add-on finds itself in when it asks. */
  readonly addonHostName: string;
  /** Add-ons can register webhooks while they run. */
  readonly hasDynamicWebhooks: boolean;
  /** Its events are about issues, so that JQL filters can be judged. */
  readonly hasIssues: boolean;
  /** Events are also named by numbers, and its list of them grows without notice. */
  readonly numbersEvents: boolean;
  /** A site chooses between the two envelopes of bodies. */
  readonly hasEnvelopes: boolean;
  /** The retry schedule of its sites, unless they name one. */
  readonly retryProfile: "jira" | "standard";
  /** The treatment of events that are not as the catalogue has them. */
  readonly schemaPolicy: SchemaPolicy;
  /** Paths to the project of a body: an object with `key`, `projectKey` or `id`. */
  readonly projectPaths: readonly (readonly string[])[];
  /** Path to a key that begins with the project's key, such as `HARB-7`. */
  readonly issueKeyPath: readonly string[] | undefined;
  /** Path to the event type in a body. Undefined if bodies don't name it. */
  readonly eventPath: readonly string[] | undefined;
  /** JSON pointers of URL variables, or of all that begin so, that are named after the thing and not after its place. */
  readonly variablePlaces: readonly (readonly [beginning: string, pointer: string])[];
}

/** Scopes that add-ons can request. Products enforce them themselves. */
export interface ScopeData {
  /** One line, for the person who allows it. */
  readonly description: string;
}

/** A product as data, in the shape of a product file. */
export interface ProductData extends Partial<Omit<ProductFacts, "name" | "description">> {
  /** Its key. */
  readonly product: string;
  readonly name: string;
  readonly description: string;
  /** Members of a body that hold the event type and the time (epoch ms); they are put in front where they are missing. */
  readonly envelope?: { readonly event?: string; readonly timestamp?: string };
  /** The scopes that add-ons can ask for, by name. Without it, the product has no scopes of its own. */
  readonly scopes?: Readonly<Record<string, ScopeData>>;
  /** Schemas that those of the event types refer to. */
  readonly schemas?: Readonly<Record<string, object>>;
  readonly events: Readonly<Record<string, EventData>>;
  /** Facts about its outgoing webhooks. */
  readonly webhooks?: Partial<WebhookFacts>;
}

/** Behavior that the data of a product can't express. */
export interface ProductCode {
  /** The whole sample of an event type; undefined when there is none for a name without data. */
  readonly createSample?: (
    event: string,
    data: EventData | undefined,
    envelope: Envelope,
  ) => object | undefined;
  /** The body as the product sends it; throws EVENT_SCHEMA where the payload does not make one. */
  readonly buildBody?: (input: BodyInput) => BuiltBody;
  /** Check that `buildBody` applies to each body. By default any body is accepted. */
  readonly bodySchema?: object;
  readonly isOperational?: true;
  readonly isMissing?: true;
}

export interface Product extends ProductFacts {
  readonly key: string;
  /** Callboard itself, which has one site that nobody creates. */
  readonly isOperational: boolean;
  /** Only its key is known: a site was created with it, and the catalogue doesn't have it any more. */
  readonly isMissing: boolean;
  /** By name. An add-on can ask for no others; undefined if the product has none of its own, and then any are accepted. */
  readonly scopes: ReadonlyMap<string, ScopeData> | undefined;
  /** The formats that outgoing webhooks on its sites can have, the default first. */
  readonly formats: readonly [WebhookFormat, ...WebhookFormat[]];
  readonly eventTypes: readonly EventType[];
  readonly byName: ReadonlyMap<string, EventType>;
  /** Event types by alias and by number. */
  readonly byAlias: ReadonlyMap<string, EventType>;
  /** Each name, and what it is compared by with one that may be meant. */
  readonly bareNames: ReadonlyMap<string, string>;
  /** JSON text to try an event type with that it doesn't have. */
  readonly sampleOfUnknown: (event: string) => string;
  /** The body that the product sends; throws EVENT_SCHEMA where the payload does not make one. */
  readonly buildBody: (input: BodyInput) => BuiltBody;
  readonly bodySchema: object | undefined;
}

const DEFAULT_WEBHOOKS: WebhookFacts = { signature: "standard", httpsOnly: true, createLabel: "Add Webhook" };

export function defineProduct(data: ProductData, code: ProductCode = {}): Product {
  const {
    product: key,
    name,
    description,
    envelope,
    scopes,
    schemas: _schemas,
    events,
    webhooks,
    ...facts
  } = data;
  const rows = new Map(Object.entries(events));
  const membersFor = createEnvelope(data, rows);
  const {
    buildBody = createBodyBuilder(envelope?.event, membersFor),
    bodySchema,
    isOperational = false,
    isMissing = false,
  } = code;
  const createSample: NonNullable<ProductCode["createSample"]> =
    code.createSample ?? ((event, row) => row && withEnvelope(row.sample, event, membersFor(event)));
  const eventTypes = [...rows].map(([event, row]) =>
    createEventType(data, event, row, (way) => JSON.stringify(createSample(event, row, way))),
  );
  const aliases = eventTypes.flatMap((type) => {
    const { aliases: names = [], typeId } = rows.get(type.event) ?? {};
    return [...names, ...(typeId === undefined ? [] : [String(typeId)])].map(
      (alias) => [alias, type] as const,
    );
  });
  const own: WebhookFormat = {
    key,
    name,
    isOperational: false,
    shape: "event",
    limit: undefined,
    needsBody: false,
    ...DEFAULT_WEBHOOKS,
    ...webhooks,
  };
  return {
    hasAddons: true,
    addonHostName: name,
    hasDynamicWebhooks: false,
    hasIssues: false,
    numbersEvents: false,
    hasEnvelopes: false,
    retryProfile: "standard",
    schemaPolicy: "note",
    projectPaths: [],
    issueKeyPath: undefined,
    eventPath: envelope?.event === undefined ? undefined : [envelope.event],
    ...facts,
    variablePlaces: withoutRepetitions([
      ...(data.variablePlaces ?? []),
      ...[...rows.values()].flatMap(listPointers),
    ]),
    key,
    name,
    description,
    isOperational,
    isMissing,
    scopes: scopes === undefined ? undefined : new Map(Object.entries(scopes)),
    formats: isOperational ? SHARED_FORMATS : [own, ...SHARED_FORMATS],
    eventTypes,
    byName: new Map(eventTypes.map((type) => [type.event, type])),
    byAlias: new Map(aliases),
    bareNames: new Map(eventTypes.map(({ event }) => [event, toBareName(event)])),
    sampleOfUnknown: (event) => JSON.stringify(createSample(event, undefined, "connect") ?? {}),
    buildBody,
    bodySchema,
  };
}

/** A name without what people get wrong about it: "jira:issue_created", "issueCreated" and "issue-created" are alike. */
export const toBareName = (event: string): string =>
  event
    .replace(/^[A-Za-z-]+:/, "")
    .toLowerCase()
    .replaceAll(/[^a-z\d]/g, "");

/** Many event types name the same place. */
const withoutRepetitions = (places: ProductFacts["variablePlaces"]): ProductFacts["variablePlaces"] => [
  ...new Map(places.map((place) => [place.join(" "), place])).values(),
];

const listPointers = ({ variables = [] }: EventData) => (isList(variables) ? [] : Object.entries(variables));
const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);

type EnvelopeMember = readonly [part: "event" | "timestamp", member: string];

/** The members of the envelope by event type: every one, unless the event type lists its fields without it. */
function createEnvelope(
  { envelope = {} }: ProductData,
  rows: ReadonlyMap<string, EventData>,
): (event: string) => readonly EnvelopeMember[] {
  const all = Object.entries(envelope) as readonly EnvelopeMember[];
  const byEvent = new Map(
    [...rows].map(([event, { fields }]) => [
      event,
      all.filter(([, member]) => fields?.some(({ path, required }) => path === member && required) ?? true),
    ]),
  );
  return (event) => byEvent.get(event) ?? all;
}

function withEnvelope(sample: object, event: string, members: readonly EnvelopeMember[]): object {
  const values = { event, timestamp: SAMPLE_AT };
  return { ...Object.fromEntries(members.map(([part, member]) => [member, values[part]])), ...sample };
}

/** Keeps the payload, and puts the envelope's members in front where they are missing. */
function createBodyBuilder(
  named: string | undefined,
  membersFor: (event: string) => readonly EnvelopeMember[],
): Product["buildBody"] {
  return ({ event, payload: given, scanned, receivedAt }) => {
    const payload = readPayload(given, scanned);
    const values = { event: JSON.stringify(event), timestamp: String(receivedAt) };
    const missing = membersFor(event).filter(([, member]) => !payload.has(member));
    return {
      bytes: withMembers(
        payload.bytes,
        Object.fromEntries(missing.map(([part, member]) => [member, values[part]])),
      ),
      notes: named === undefined ? [] : describeMismatch(named, payload.read(named), event),
    };
  };
}

/** "jira:issue_created" → "Issue created". */
function createLabel(event: string): string {
  const words = event
    .replace(/^jira:/, "")
    .replace(/_activity$/, "")
    .replaceAll(/[._-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The shared schemas that a schema refers to, so that its references lead to a place within it. */
function withReached(schema: object, schemas: ProductData["schemas"]): { readonly schemas?: object } {
  if (schemas === undefined) return {};
  const reached = pickReachedSchemas(schema as JsonObject, schemas);
  return Object.keys(reached).length === 0 ? {} : { schemas: reached };
}

function createEventType(
  { product, schemas }: ProductData,
  event: string,
  data: EventData,
  createSampleText: (envelope: Envelope) => string,
): EventType {
  const { name = createLabel(event), confidence = "source", variables = [], schema: given } = data;
  const names = isList(variables) ? variables : Object.keys(variables);
  const sampleText = (envelope: Envelope = "connect") => createSampleText(envelope);
  const schema = () => {
    const own = given === undefined ? createSchema(name, data.fields ?? []) : { title: name, ...given };
    return { ...own, ...withReached(own, schemas) };
  };
  let madeSchema: object | undefined;
  let fields: EventType["fields"] | undefined;
  let samples: readonly unknown[] | undefined;
  return {
    product,
    event,
    group: data.group,
    name,
    description: data.description,
    status: data.status ?? "current",
    replacedBy: data.replacedBy,
    confidence,
    confidenceIn: (envelope) => (envelope === "cloud" ? (data.cloudConfidence ?? confidence) : confidence),
    note: data.note,
    ownAddonOnly: data.ownAddonOnly ?? false,
    isHostEvent: data.hostEvent ?? false,
    typeId: data.typeId,
    variables: names,
    supplies: (variable) => {
      if (names.includes(variable)) return true;
      samples ??= ENVELOPES.map((envelope) => JSON.parse(sampleText(envelope)) as unknown);
      return samples.some((sample) => isScalar(variable.split(".").reduce(readMember, sample)));
    },
    // Few of thousands of event types are ever shown.
    get fields() {
      return (fields ??=
        data.fields === undefined ? listFields(schema()) : expandFields(data.fields, schema()));
    },
    schema: () => (madeSchema ??= schema()),
    sample: (envelope) => JSON.parse(sampleText(envelope)) as unknown,
    sampleText,
  };
}
