/** The form of an outgoing webhook: its fields for each format, read back as the values that the registry checks. */
import { accessFields, readAccessFields, toAccessWishes } from "./access-form.ts";
import type { AccessFields } from "./access-form.ts";
import { batchFields, readBatchFields, toBatch } from "./batch-form.ts";
import type { BatchFields } from "./batch-form.ts";
import { describeUse } from "./deprecated.ts";
import {
  findEventType,
  findFormat,
  groupEventTypes,
  operationalEvents,
  searchEventTypes,
} from "../../../catalogue/index.ts";
import type { EventType, Product, WebhookFormat } from "../../../catalogue/index.ts";
import { eventsFitting } from "../../model/event-name.ts";
import { EVENT_TYPES_PER_PAGE } from "../../model/event-type-page.ts";
import { isPattern } from "../../model/event-pattern.ts";
import { paceFields, readPaceFields, toPace } from "./pace-form.ts";
import type { PaceFields } from "./pace-form.ts";
import { RECEIVER_CHECKS } from "../../model/receiver-check.ts";
import type { ReceiverCheck } from "../../model/receiver-check.ts";
import type { SecretWish } from "../../registry/outgoing/secret.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { hasKeyPair, WEBHOOK_SIGNATURES } from "../../model/webhook.ts";
import type { Webhook, WebhookSignature } from "../../model/webhook.ts";
import { parseUrl } from "../../../parse-url.ts";

export const SECRET_CHOICES = ["keep", "none", "new", "given"] as const;
export type SecretChoice = (typeof SECRET_CHOICES)[number];

/** Values of the fields. */
export interface FormFields {
  readonly name: string;
  /** "" for none. */
  readonly owner: string;
  /** Of a new webhook. "" for none. */
  readonly verify: ReceiverCheck | "";
  readonly url: string;
  /** Chosen value. "" if the form has no such field. */
  readonly format: string;
  /** Text of an own template. */
  readonly template: string;
  /** "" keeps the one that there is. */
  readonly routingKey: string;
  readonly project: string;
  readonly allEvents: boolean;
  readonly events: readonly string[];
  readonly filter: string;
  /** JSON text. */
  readonly bodyFilter: string;
  readonly excludeBody: boolean;
  readonly description: string;
  /** JSON pointer, or "". */
  readonly orderBy: string;
  readonly batch: BatchFields;
  readonly secretChoice: SecretChoice;
  readonly secret: string;
  readonly access: AccessFields;
  /** "" for that of the format. */
  readonly signature: WebhookSignature | "";
  /** Its retry schedule by name is the webhook's. */
  readonly pace: PaceFields;
  readonly active: boolean;
  readonly testEvent: string;
  /** Words that the listed event types have, where there are too many to list all. */
  readonly eventSearch: string;
}

/** Fields of the form for a product. */
export interface FormShape {
  /** The formats that the site's webhooks may have. */
  readonly formats: readonly WebhookFormat[];
  /** True on Callboard's own site, which has operational events only. */
  readonly isOperational: boolean;
  /** True if event types of the product can be chosen. Operational ones always can. */
  readonly hasEvents: boolean;
  readonly hasFilter: boolean;
  readonly hasSecret: boolean;
  readonly signatures: readonly { readonly value: WebhookSignature; readonly name: string }[];
  readonly hasProject: boolean;
  readonly hasDescription: boolean;
  readonly httpsOnly: boolean;
  /** A new webhook needs its URL only, in a form above the list. */
  readonly isUrlForm: boolean;
  readonly createLabel: string;
  readonly testLabels: { readonly heading: string; readonly button: string };
  /** Heading above the deliveries. */
  readonly logLabel: string;
}

export function toFormShape(product: Product): FormShape {
  const { formats, hasIssues, isOperational } = product;
  const {
    isNameAndUrl = false,
    isUrlForm = false,
    httpsOnly,
    createLabel,
    testLabels,
    logLabel,
  } = formats[0];
  return {
    formats,
    isOperational,
    hasEvents: !isNameAndUrl && !isOperational,
    hasFilter: hasIssues,
    hasSecret: !isNameAndUrl,
    signatures: isNameAndUrl ? [] : listSignatures(formats[0]),
    hasProject: !isNameAndUrl && !isOperational,
    hasDescription: !isNameAndUrl,
    httpsOnly: httpsOnly === "always",
    isUrlForm,
    createLabel,
    testLabels: testLabels ?? { heading: "Test", button: "Send test" },
    logLabel: logLabel ?? "Recent deliveries",
  };
}

const SIGNATURE_NAMES: Readonly<Record<WebhookSignature, string>> = {
  standard: "Standard Webhooks, with a secret",
  ed25519: "Standard Webhooks, with a key pair (Ed25519)",
  hub: "X-Hub-Signature, as Jira",
  "hub-256": "X-Hub-Signature-256, as GitHub",
};

/** The signatures that webhooks of the format may have, the usual one first. */
function listSignatures({ signature: usual }: WebhookFormat): FormShape["signatures"] {
  const others = WEBHOOK_SIGNATURES.filter((each) => each !== usual && each !== "hub");
  return [usual, ...others].map((value) => ({ value, name: SIGNATURE_NAMES[value] }));
}

export function emptyFields(product: Product, project: string): FormFields {
  return {
    name: "",
    owner: "",
    verify: "",
    url: "",
    format: product.formats[0].key,
    template: "",
    routingKey: "",
    project,
    allEvents: product.formats[0].beginsWithAllEvents ?? false,
    events: [],
    filter: "",
    bodyFilter: "",
    excludeBody: false,
    description: "",
    orderBy: "",
    batch: batchFields(undefined),
    secretChoice: "none",
    secret: "",
    access: accessFields({}),
    signature: product.formats[0].signature,
    pace: paceFields(undefined),
    active: true,
    testEvent: product.eventTypes[0]?.event ?? "",
    eventSearch: "",
  };
}

export function fieldsOfWebhook(webhook: Webhook, product: Product): FormFields {
  return {
    name: webhook.name,
    owner: webhook.owner ?? "",
    verify: "",
    url: webhook.url,
    format: webhook.format,
    template: webhook.template ?? "",
    routingKey: "",
    project: webhook.project ?? "",
    allEvents: webhook.events === undefined,
    events: webhook.events ?? [],
    filter: webhook.filter ?? "",
    bodyFilter: webhook.bodyFilter === undefined ? "" : JSON.stringify(webhook.bodyFilter, null, 2),
    excludeBody: webhook.excludeBody,
    description: webhook.description,
    orderBy: webhook.orderBy ?? "",
    batch: batchFields(webhook.batch),
    secretChoice: webhook.secret === undefined ? "none" : "keep",
    secret: "",
    access: accessFields(webhook),
    signature: webhook.signature,
    pace: { ...paceFields(webhook.pace), retryProfile: webhook.retryProfile ?? "" },
    active: webhook.active,
    testEvent: findTestEvent(webhook, product) ?? product.eventTypes[0]?.event ?? "",
    eventSearch: "",
  };
}

/** The first event type that the webhook asks for and the catalogue has: a wildcard is none. */
function findTestEvent({ events = [] }: Webhook, product: Product): string | undefined {
  const fitting = events.flatMap((event) => (isPattern(event) ? eventsFitting(product, event) : [event]));
  return fitting.find((event) => findEventType(product, event) !== undefined);
}

/** Event types that a webhook asks for beside those of the catalogue: wildcards, and names of its own. */
export function otherEvents(product: Product, { events }: FormFields): readonly string[] {
  return events.filter((event) => findEventType(product, event)?.event !== event);
}

export function readFields(form: URLSearchParams): FormFields {
  const text = (name: string) => form.get(name)?.trim() ?? "";
  const chosen = text("signature");
  return {
    name: text("name"),
    owner: text("owner"),
    verify: RECEIVER_CHECKS.find((check) => check === text("verify")) ?? "",
    url: text("url"),
    format: text("format"),
    template: (form.get("template") ?? "").trim(),
    routingKey: text("routingKey"),
    project: text("project"),
    allEvents: form.get("allEvents") !== null,
    events: form.getAll("event"),
    filter: text("filter"),
    bodyFilter: text("bodyFilter"),
    excludeBody: form.get("excludeBody") !== null,
    description: text("description"),
    orderBy: text("orderBy"),
    batch: readBatchFields(form),
    secretChoice: SECRET_CHOICES.find((choice) => choice === form.get("secretChoice")) ?? "none",
    secret: form.get("secret") ?? "",
    access: readAccessFields(form),
    signature: WEBHOOK_SIGNATURES.find((scheme) => scheme === chosen) ?? "",
    pace: readPaceFields(form),
    active: form.get("active") !== null,
    testEvent: text("testEvent"),
    eventSearch: text("eventSearch"),
  };
}

/** Forms without a name field name the webhook after the host of its URL. */
function toName({ name, url }: FormFields, product: Product): string {
  if (name !== "" || product.formats[0].isUrlForm !== true) return name;
  return parseUrl(url)?.host ?? url;
}

export function toWebhookValues(fields: FormFields, product: Product): WebhookValues {
  const shape = toFormShape(product);
  const { project, filter, bodyFilter, description, orderBy } = fields;
  const { shape: bodyShape } = findFormat(product, fields.format);
  const { retryProfile } = fields.pace;
  return {
    name: toName(fields, product),
    owner: fields.owner === "" ? null : fields.owner,
    url: fields.url,
    ...(fields.verify === "" ? {} : { verify: fields.verify }),
    ...(fields.format === "" ? {} : { format: fields.format }),
    active: fields.active,
    ...(bodyShape === "template" ? { template: fields.template } : {}),
    ...(bodyShape === "pagerduty" && fields.routingKey !== "" ? { routingKey: fields.routingKey } : {}),
    ...(asksForEvents(fields, product) ? { events: fields.events } : {}),
    ...(shape.hasProject && project !== "" ? { project } : {}),
    ...(shape.hasFilter && filter !== "" ? { filter } : {}),
    ...(bodyFilter === "" ? {} : { bodyFilter }),
    ...(shape.hasEvents ? { excludeBody: fields.excludeBody } : {}),
    ...(description === "" ? {} : { description }),
    ...(retryProfile === "" ? {} : { retryProfile }),
    pace: toPace({ ...fields.pace, retryProfile: "" }),
    ...(orderBy === "" ? {} : { orderBy }),
    ...(shape.hasSecret ? { batch: toBatch(fields.batch) } : {}),
    ...(shape.hasSecret && fields.signature !== "" ? { signature: fields.signature } : {}),
    secret: shape.hasSecret ? readSecretWish(fields) : { kind: "none" },
    ...(shape.hasSecret ? toAccessWishes(fields.access) : {}),
  };
}

/** A product whose own webhooks have no events has all in other formats, unless operational ones are chosen. */
function asksForEvents({ format, allEvents, events }: FormFields, product: Product): boolean {
  const { isOperational, isNameAndUrl = false } = findFormat(product, format);
  if (isOperational) return !allEvents;
  if (toFormShape(product).hasEvents || product.isOperational) return !allEvents;
  return !isNameAndUrl && events.length > 0;
}

/** A new webhook has no secret to keep: its form says "none", which is no choice against a key pair. */
function readSecretWish({ signature, secretChoice, secret }: FormFields): SecretWish {
  if (secretChoice === "given") return { kind: "given", secret };
  return {
    kind: signature !== "" && hasKeyPair(signature) && secretChoice === "none" ? "keep" : secretChoice,
  };
}

/** A product with more event types has a search in the form, which then lists those that match. */
export const MAX_LISTED_AT_ONCE = 100;

interface FormEvent {
  readonly event: string;
  readonly name: string;
  readonly isDeprecated: boolean;
  /** Replacement of a deprecated event type. "" for any other. */
  readonly use: string;
}

interface ChoiceGroup {
  readonly group: string;
  readonly events: readonly FormEvent[];
  readonly isOperational: boolean;
}

export interface EventChoices {
  /** For check boxes, Callboard's own event types last. */
  readonly groups: readonly ChoiceGroup[];
  /** For the choice of a test. */
  readonly testGroups: readonly ChoiceGroup[];
  /** Undefined where all are listed. */
  readonly search: { readonly words: string; readonly found: number; readonly listed: number } | undefined;
}

/** The event types that the form lists: all, or those that were chosen and the first that match the search. */
export function listEventChoices(product: Product, fields: FormFields): EventChoices {
  const own = product.isOperational ? [] : product.eventTypes;
  const operational = listGroups(operationalEvents).map(({ group, events }) => ({
    group: `operational: ${group}`,
    events,
    isOperational: true,
  }));
  if (own.length <= MAX_LISTED_AT_ONCE) {
    const groups = [...listGroups(own), ...operational];
    return { groups, testGroups: groups, search: undefined };
  }
  const isChosen = new Set(fields.events);
  const chosen = fields.events.flatMap((event) => product.byName.get(event) ?? []);
  const found = searchEventTypes(product, fields.eventSearch);
  const listed = found.filter(({ event }) => !isChosen.has(event)).slice(0, EVENT_TYPES_PER_PAGE);
  const groups = [...listGroup("Chosen", chosen), ...listGroups(listed), ...operational];
  const tested = product.byName.get(fields.testEvent);
  const isListed = tested === undefined || chosen.includes(tested) || listed.includes(tested);
  return {
    groups,
    testGroups: isListed ? groups : [...listGroup(tested.group, [tested]), ...groups],
    search: { words: fields.eventSearch, found: found.length, listed: listed.length },
  };
}

const listGroup = (group: string, events: readonly EventType[]): readonly ChoiceGroup[] =>
  events.length === 0 ? [] : [{ group, events: events.map(toFormEvent), isOperational: false }];

function toFormEvent({ event, name, status, replacedBy }: EventType): FormEvent {
  const isDeprecated = status === "deprecated";
  return { event, name, isDeprecated, use: isDeprecated ? describeUse({ replacedBy }) : "" };
}

const listGroups = (all: readonly EventType[]): readonly ChoiceGroup[] =>
  groupEventTypes(all).flatMap(({ group, eventTypes }) => listGroup(group, eventTypes));
