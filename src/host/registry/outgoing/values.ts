/** What an outgoing webhook may be: every rule of its format, all problems at once. Pure, but for the check of its URL. */
import { assertPresent, findEventType, findFormat, isOperational } from "../../../catalogue/index.ts";
import type { BodyShape, Product, WebhookFormat } from "../../../catalogue/index.ts";
import { withAsciiHost } from "../../../egress/url.ts";
import type { Problem } from "../../../errors.ts";
import { batchProblem, readBatch } from "../../model/batch-settings.ts";
import type { BatchSettings } from "../../model/batch-settings.ts";
import { besideFilterProblem, readBodyFilter } from "../../model/body-filter.ts";
import type { BodyFilter } from "../../model/body-filter.ts";
import { describeDeprecation, findDeprecation } from "../../model/deprecation.ts";
import { whyUnknownEvent } from "../../model/event-name.ts";
import { canBatch } from "../../model/formats/batch-item.ts";
import { hasVariables } from "../../model/variables.ts";
import { parseFilter } from "../../model/filter.ts";
import { readPace } from "../../model/pace.ts";
import type { Pace } from "../../model/pace.ts";
import { findKeyWarning } from "../../model/order-fields.ts";
import { readOrderBy } from "../../model/order.ts";
import type { ReceiverCheck } from "../../model/receiver-check.ts";
import { isRetrySchedule } from "../../model/retry-schedules.ts";
import { whyNotLine, whyNotLines } from "../../model/text.ts";
import type { OutgoingContext } from "./context.ts";
import { formatValueProblems } from "./format-values.ts";
import type { FormatInput } from "./format-values.ts";
import { toCheckedAccess } from "./access.ts";
import type { AccessWishes, CheckedAccess } from "./access.ts";
import { misfit, refused, tried } from "./problems.ts";
import { secretProblems } from "./secret.ts";
import type { SecretWish } from "./secret.ts";
import type { Site } from "../../model/site.ts";
import type { Webhook, WebhookSignature } from "../../model/webhook.ts";

/** Requested values of an outgoing webhook. */
export interface WebhookValues extends AccessWishes, FormatInput {
  /** Asks the URL of a new webhook before it is saved. */
  readonly verify?: ReceiverCheck | undefined;
  /** The tenant that it belongs to. Left out of a change it stays; null is none. */
  readonly owner?: string | null | undefined;
  readonly name: string;
  readonly url: string;
  /** That of the site's product when left out. */
  readonly format?: string;
  /** Every event when left out. Backlog's by name or number. */
  readonly events?: readonly string[] | undefined;
  /** Only events of the project with this key or id. */
  readonly project?: string | undefined;
  /** JQL. */
  readonly filter?: string | undefined;
  /** Conditions on the body; a string is their JSON text. */
  readonly bodyFilter?: BodyFilter | string | undefined;
  readonly excludeBody?: boolean;
  readonly description?: string;
  readonly secret: SecretWish;
  /** The one of the format when left out. */
  readonly signature?: WebhookSignature;
  readonly retryProfile?: string | undefined;
  /** As its caller wrote it. */
  readonly pace?: unknown;
  /** JSON pointer to the key in whose order deliveries go. */
  readonly orderBy?: string | undefined;
  /** As its caller wrote it. */
  readonly batch?: unknown;
  readonly active?: boolean;
}

/** Values that keep every rule, with what was left out filled in. */
export interface CheckedValues {
  readonly owner: string | null | undefined;
  readonly name: string;
  readonly url: string;
  readonly origin: string;
  readonly format: string;
  readonly shape: BodyShape;
  readonly template: string | undefined;
  /** As given: undefined keeps the one that there is. */
  readonly routingKey: string | null | undefined;
  /** Undefined = every event. */
  readonly events: readonly string[] | undefined;
  readonly project: string | undefined;
  readonly filter: string | undefined;
  readonly bodyFilter: BodyFilter | undefined;
  readonly excludeBody: boolean;
  readonly description: string;
  readonly secret: SecretWish;
  readonly signature: WebhookSignature;
  readonly access: CheckedAccess;
  readonly retryProfile: string | undefined;
  readonly pace: Pace | undefined;
  readonly orderBy: string | undefined;
  readonly batch: BatchSettings | undefined;
  readonly active: boolean;
  readonly warnings: readonly WebhookWarning[];
}

export type WebhookWarningCode =
  "EVENT_DEPRECATED" | "EVENT_UNKNOWN" | "FILTER_UNDECIDED" | "NOT_SIGNED" | "ORDER_BY_UNKNOWN" | "URL_HTTP";

/** Something odd that is saved nevertheless. */
export interface WebhookWarning {
  readonly code: WebhookWarningCode;
  readonly pointer: string;
  readonly detail: string;
}

type Rules = Pick<OutgoingContext, "catalogue" | "checkUrl" | "now" | "profile">;

const MAX_NAME_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 2_000;
const MAX_PROJECT_LENGTH = 255;
const MAX_EVENTS = 300;

/** @throws {CallboardError} PRODUCT_MISSING, or with the code of the first problem and all of them in `errors` */
export function checkValues(values: WebhookValues, site: Pick<Site, "product">, rules: Rules): CheckedValues {
  const product = rules.catalogue.get(site.product);
  assertPresent(product);
  const format = findFormat(product, values.format ?? "");
  const signature = values.signature ?? format.signature;
  const named = values.events?.map((event) => eventNamed(product, event)) ?? [];
  const events = [...new Set(named)];
  const url = tried("/url", () => rules.checkUrl(values.url, format));
  const filter = filterCheck(values.filter, product);
  const body = bodyFilterCheck(values);
  const order = readOrderBy(values.orderBy, "/orderBy");
  const pace = paceCheck(values);
  const batch = batchCheck(values, format);
  const access = toCheckedAccess(values, rules);
  const problems = [
    ...url.problems,
    ...textProblems(values),
    ...ownerProblems(values),
    ...formatProblems(values, format, product),
    ...formatValueProblems({ ...values, events: values.events && events }, format, product),
    ...eventProblems(values.events),
    ...filter.problems,
    ...body.problems,
    ...(values.secret.kind === "given" ? secretProblems(values.secret.secret, signature) : []),
    ...access.problems,
    ...profileProblems(values.retryProfile),
    ...pace.problems,
    ...batch.problems,
    ...(order.kind === "refused" ? order.problems : []),
  ];
  if (url.value === undefined || problems.length > 0) throw refused(problems);
  return {
    owner: values.owner,
    name: values.name,
    url: withAsciiHost(values.url, url.value),
    origin: url.value.origin,
    format: format.key,
    shape: format.shape,
    template: values.template,
    routingKey: values.routingKey,
    events: values.events === undefined ? undefined : events,
    project: values.project,
    filter: values.filter,
    bodyFilter: body.value,
    excludeBody: values.excludeBody ?? false,
    description: values.description ?? "",
    secret: values.secret,
    signature,
    access: access.value,
    retryProfile: values.retryProfile,
    pace: pace.value,
    orderBy: order.kind === "orderBy" ? order.pointer : undefined,
    batch: batch.value,
    active: values.active ?? true,
    warnings: [
      ...(url.value.protocol === "http:" && rules.profile === "prod" ? [HTTP_WARNING] : []),
      ...events.flatMap((event) => unknownWarning(product, event, named.indexOf(event), rules)),
      ...events.flatMap((event) => deprecatedWarning(product, event, named.indexOf(event))),
      ...(filter.value ?? []).map(undecidedWarning),
      ...[findKeyWarning(values.orderBy, values.events, product)].filter((warning) => warning !== undefined),
    ],
  };
}

const HTTP_WARNING: WebhookWarning = {
  code: "URL_HTTP",
  pointer: "/url",
  detail: "Over http everybody on the way can read and change what is sent; use https where the receiver can",
};

/** A signature that was chosen needs a secret; without one the default signature means none. */
export function unsignedWarning({
  signature,
  secret,
}: Pick<Webhook, "signature" | "secret">): WebhookWarning | undefined {
  if (signature !== "hub-256" || secret !== undefined) return undefined;
  const detail =
    "Deliveries are not signed, because the webhook has no secret: give one, or have one generated";
  return { code: "NOT_SIGNED", pointer: "/secret", detail };
}

function textProblems({ name, description = "", project }: WebhookValues): readonly Problem[] {
  return [
    ...(name.trim() === "" || name.length > MAX_NAME_LENGTH
      ? [misfit("/name", `must have 1 to ${MAX_NAME_LENGTH} characters`)]
      : []),
    ...(description.length > MAX_DESCRIPTION_LENGTH
      ? [misfit("/description", `must have at most ${MAX_DESCRIPTION_LENGTH} characters`)]
      : []),
    ...(project === "" ? [misfit("/project", "must not be empty")] : []),
    ...(project !== undefined && project.length > MAX_PROJECT_LENGTH
      ? [misfit("/project", `must have at most ${MAX_PROJECT_LENGTH} characters`)]
      : []),
    ...characterProblem("/name", whyNotLine(name)),
    ...characterProblem("/description", whyNotLines(description)),
    ...(project === undefined ? [] : characterProblem("/project", whyNotLine(project))),
  ];
}

/** Operational events tell of every receiver of the site. */
function ownerProblems({ owner, events }: WebhookValues): readonly Problem[] {
  if (owner === undefined || owner === null) return [];
  const operational = (events ?? []).flatMap((event, position) => (isOperational(event) ? [position] : []));
  return [
    ...(owner.trim() === "" || owner.length > MAX_NAME_LENGTH
      ? [misfit("/owner", `must have 1 to ${MAX_NAME_LENGTH} characters`)]
      : []),
    ...characterProblem("/owner", whyNotLine(owner)),
    ...operational.map((position) =>
      misfit(`/events/${position}`, "must not be an operational event: a tenant's webhook can't have them"),
    ),
  ];
}

const characterProblem = (pointer: string, why: string | undefined): readonly Problem[] =>
  why === undefined ? [] : [misfit(pointer, why)];

function operationalProblems(
  { events, project, filter }: WebhookValues,
  { key: format }: WebhookFormat,
): readonly Problem[] {
  const others = (events ?? []).flatMap((event, position) =>
    isOperational(event) ? [] : [{ event, position }],
  );
  return [
    ...(events === undefined
      ? [misfit("/events", `must name the operational events: format ${format} has no others`)]
      : []),
    ...others.map(({ event, position }) =>
      misfit(
        `/events/${position}`,
        `must be an operational event, not ${JSON.stringify(event.slice(0, MAX_NAME_LENGTH))}: format ${format} has no others`,
      ),
    ),
    ...(project === undefined
      ? []
      : [misfit("/project", "must be left out: operational events belong to no project")]),
    ...(filter === undefined
      ? []
      : [misfit("/filter", "must be left out: operational events are about no issue")]),
  ];
}

function formatProblems(values: WebhookValues, format: WebhookFormat, product: Product): readonly Problem[] {
  const problems: Problem[] = [];
  if (values.format !== undefined && values.format !== format.key) {
    problems.push({
      pointer: "/format",
      detail: `The site is of ${product.key}, whose webhooks have its own format, not ${values.format}'s`,
      code: "WEBHOOK_FORMAT",
    });
  } else if (format.isOperational || product.isOperational)
    problems.push(...operationalProblems(values, format));
  const { signature, isNameAndUrl, name } = format;
  if (values.signature === "hub" && signature !== "hub") {
    problems.push(
      misfit("/signature", `must not be hub: only webhooks in the format of Jira have it, not of ${name}`),
    );
  }
  if (isNameAndUrl === true) problems.push(...nameAndUrlProblems(values, name));
  return problems;
}

function nameAndUrlProblems(values: WebhookValues, product: string): readonly Problem[] {
  const given = {
    "/events": values.events?.some((event) => event !== "updated") === true,
    "/project": values.project !== undefined,
    "/description": (values.description ?? "") !== "",
    "/secret": values.secret.kind === "given" || values.secret.kind === "new",
    "/excludeBody": values.excludeBody === true,
    "/signature": values.signature !== undefined && values.signature !== "standard",
    "/headers": values.headers?.kind === "given",
    "/authentication": values.authentication?.kind === "given",
    "/tls": values.tls?.kind === "given",
    "/batch": values.batch !== undefined && values.batch !== null,
  };
  return Object.entries(given).flatMap(([pointer, isGiven]) =>
    isGiven ? [misfit(pointer, `is not part of a ${product} webhook, which has a name and a URL only`)] : [],
  );
}

function eventProblems(events: readonly string[] | undefined): readonly Problem[] {
  if (events === undefined) return [];
  const bad = events.findIndex((event) => event === "" || event.length > MAX_NAME_LENGTH);
  return [
    ...(events.length === 0 || events.length > MAX_EVENTS
      ? [misfit("/events", `must name 1 to ${MAX_EVENTS} events; leave it out for every event`)]
      : []),
    ...(bad < 0 ? [] : [misfit(`/events/${bad}`, `must have 1 to ${MAX_NAME_LENGTH} characters`)]),
    ...events.flatMap((event, position) => characterProblem(`/events/${position}`, whyNotLine(event))),
  ];
}

function filterCheck(
  filter: string | undefined,
  product: Product,
): ReturnType<typeof tried<readonly string[]>> {
  if (filter === undefined) return { value: [], problems: [] };
  const { hasIssues, name } = product;
  if (!hasIssues) {
    return {
      value: undefined,
      problems: [misfit("/filter", `is JQL, which is about issues, and events of ${name} have none`)],
    };
  }
  return tried("/filter", () => parseFilter(filter).undecided);
}

function bodyFilterCheck({ filter, bodyFilter }: WebhookValues): {
  readonly value: BodyFilter | undefined;
  readonly problems: readonly Problem[];
} {
  if (bodyFilter === undefined) return { value: undefined, problems: [] };
  const beside = filter === undefined ? [] : [besideFilterProblem("/bodyFilter")];
  const reading = readBodyFilter(bodyFilter, "/bodyFilter");
  return reading.kind === "filter"
    ? { value: reading.filter, problems: beside }
    : { value: undefined, problems: [...beside, ...reading.problems] };
}

const undecidedWarning = (clause: string): WebhookWarning => ({
  code: "FILTER_UNDECIDED",
  pointer: "/filter",
  detail: `The clause ${clause} can't be judged from an event: events are delivered unless another clause excludes them`,
});

function profileProblems(name: string | undefined): readonly Problem[] {
  if (name === undefined || isRetrySchedule(name)) return [];
  return [misfit("/retryProfile", "is not the name of a retry schedule")];
}

function paceCheck({ pace, retryProfile }: WebhookValues): {
  readonly value: Pace | undefined;
  readonly problems: readonly Problem[];
} {
  const reading = readPace(pace, "/pace");
  if (reading.kind === "refused") return { value: undefined, problems: reading.problems };
  const { pace: value } = reading;
  const refuse = (member: string, detail: string): readonly Problem[] => [
    { pointer: `/pace/${member}`, detail, code: "PACE" },
  ];
  if (value?.retryProfile !== undefined)
    return {
      value,
      problems: refuse("retryProfile", "must be left out: the retryProfile of the webhook is meant"),
    };
  if (value?.retryDelaysMs !== undefined && retryProfile !== undefined)
    return { value, problems: refuse("retryDelaysMs", "must be left out beside the webhook's retryProfile") };
  return { value, problems: [] };
}

/** A batch has one URL, and a format that has room for several events. */
function batchCheck(
  { batch, url }: WebhookValues,
  { shape, name }: WebhookFormat,
): { readonly value: BatchSettings | undefined; readonly problems: readonly Problem[] } {
  const reading = readBatch(batch, "/batch");
  if (reading.kind === "refused") return { value: undefined, problems: reading.problems };
  const { batch: value } = reading;
  if (value === undefined) return { value, problems: [] };
  return {
    value,
    problems: [
      ...(canBatch(shape) ? [] : [batchProblem("/batch", `must be left out: ${name} has no batches`)]),
      ...(hasVariables(url)
        ? [batchProblem("/batch", "must be left out: the URL has variables, and a batch has one URL")]
        : []),
    ],
  };
}

/** Where events have numbers, the name is what is kept, if there is one. */
function eventNamed(product: Product, event: string): string {
  return product.numbersEvents ? (findEventType(product, event)?.event ?? event) : event;
}

function deprecatedWarning(product: Product, event: string, position: number): readonly WebhookWarning[] {
  const found = findDeprecation(product, event);
  if (found === undefined) return [];
  return [{ code: "EVENT_DEPRECATED", pointer: `/events/${position}`, detail: describeDeprecation(found) }];
}

function unknownWarning(
  product: Product,
  event: string,
  position: number,
  { catalogue }: Rules,
): readonly WebhookWarning[] {
  const detail = whyUnknownEvent(catalogue, product, event);
  return detail === undefined ? [] : [{ code: "EVENT_UNKNOWN", pointer: `/events/${position}`, detail }];
}
