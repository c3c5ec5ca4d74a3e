/** Outgoing webhooks of a site: list, add, edit, test of what stands in the form, delete, and their delivery log. */
import { requireCallersMistake } from "../http/problems.ts";
import type { Product } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { BodyFilter } from "../../model/body-filter.ts";
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { WebhookValues, WebhookWarning } from "../../registry/outgoing/values.ts";
import { listNearEndings } from "../../model/ending-credentials.ts";
import type { NamedReceiver } from "../../model/find-receivers.ts";
import { formatWebhookId } from "../../model/ids.ts";
import { RATE_UNITS } from "../../model/pace.ts";
import { refuseOperational } from "../http/subject.ts";
import { requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import { ownedBy, toStatus } from "../present/webhook.ts";
import type { ShownTest } from "../../delivery-log/test-deliveries.ts";
import { DEFAULT_PREVIEWED } from "../../delivery-log/preview.ts";
import type { Previews } from "../../delivery-log/preview.ts";
import { DEFAULT_TRIED } from "../../delivery-log/try-body-filter.ts";
import type { TriedBodyFilter } from "../../delivery-log/try-body-filter.ts";
import type { Rooms } from "../rooms.ts";
import { toFormProblem } from "./form-problems.ts";
import { accessView } from "./access-form.ts";
import { describeNamed } from "./deprecated.ts";
import { badge, outcomeText } from "./html.ts";
import { pageInMemory } from "./list.ts";
import type { Filter } from "./list.ts";
import { listenerView } from "./listener-view.ts";
import { RETRY_PROFILES } from "./pace-form.ts";
import type { Page, Visit } from "./page.ts";
import { previewView } from "./preview-view.ts";
import { findOffer, replayHref, stoppedSince, withOffer } from "./replays.ts";
import { receiverChart } from "./receiver-chart.ts";
import { deliveryRow } from "./rows.ts";
import { standstillView } from "./standstill-view.ts";
import { testView } from "./test-view.ts";
import { triedView } from "./tried-view.ts";
import {
  emptyFields,
  fieldsOfWebhook,
  listEventChoices,
  otherEvents,
  readFields,
  toFormShape,
  toWebhookValues,
} from "./webhook-form.ts";
import type { FormFields } from "./webhook-form.ts";
import type { Site } from "../../model/site.ts";

const PATH = "/admin/webhooks";
const MAX_SENT = 10;
/** Webhooks whose latest deliveries are looked up for the list below. */
const MAX_LOOKED_AT = 30;

export function webhookHref(siteKey: string, no: number): string {
  return `${PATH}/${siteKey}/${no}`;
}

/** @throws {CallboardError} SITE_NOT_FOUND, SCOPE */
async function loadSite({ params, caller }: Visit, { sites }: Rooms): Promise<Site> {
  const siteKey = params["site"] ?? "";
  requireSite(caller, siteKey);
  return sites.load(siteKey);
}

/** @throws {CallboardError} WEBHOOK_NOT_FOUND for what is no number; there cannot be such a webhook */
function readNumber({ params }: Visit): number {
  const text = params["no"] ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallboardError("WEBHOOK_NOT_FOUND", "There is no such webhook");
}

function statusBadge(last: ShownWebhook["last"]): string {
  const status = toStatus(last);
  if (last === undefined || status === null) return badge("quiet", "not sent yet");
  const result = outcomeText(last.outcome, last.status);
  return status === "OK" ? badge("good", "OK") : badge("bad", `ERROR ${result}`);
}

/** Its project, and whose it is unless the reader is that tenant. */
const formatPlace = ({ project, owner }: ShownWebhook["webhook"], isPortal: boolean): string =>
  [
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(owner === undefined || isPortal ? [] : [`owner ${owner}`]),
  ].join(", ");

function toRow(
  { webhook, last, deprecations }: ShownWebhook,
  { site, isPortal = false }: { readonly site: Site; readonly isPortal?: boolean },
  { receivers }: Rooms,
) {
  return {
    standing: receivers.standing(site.no, { kind: "webhook", webhookNo: webhook.no }),
    name: webhook.name,
    url: webhook.url,
    place: formatPlace(webhook, isPortal),
    events: webhook.events,
    deprecated: deprecations.map(describeNamed),
    active: webhook.active,
    inactiveBecause: webhook.inactiveBecause,
    isPlainHttp: webhook.url.startsWith("http:"),
    href: webhookHref(site.key, webhook.no),
    replayHref: replayHref(site, { kind: "webhook", webhookNo: webhook.no }),
    logHref: `/admin/deliveries?webhook=${formatWebhookId(site.no, webhook.no)}`,
    badge: statusBadge(last),
    lastAt: last?.startedAt,
  };
}

async function sentBy(site: Site, numbers: readonly number[], rooms: Rooms) {
  const sent = [];
  for (const webhookNo of numbers.slice(0, MAX_LOOKED_AT)) {
    const filter = { siteKeys: [site.key], webhookNo };
    sent.push(...(await rooms.deliveryLog.list(filter, { limit: MAX_SENT, cursor: undefined })).items);
  }
  return sent
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, MAX_SENT)
    .map((delivery) => deliveryRow(delivery, rooms));
}

const SEARCH: Filter = { name: "q", label: "Search" };
const PROJECT: Filter = { name: "project", label: "Project" };

/** Projects that have webhooks of the caller, for the choice of the filter. */
const listProjects = (all: readonly NamedReceiver[]): readonly string[] =>
  [...new Set(all.flatMap(({ project }) => project ?? []))].sort();

async function listView(visit: Visit, site: Site, rooms: Rooms, refused?: CallboardError) {
  const { query, form, caller } = visit;
  const siteKeys = await listReachedSites(undefined, caller, rooms);
  const project = query.get("project") ?? "";
  const search = query.get("q")?.trim() ?? "";
  const path = `${PATH}/${site.key}`;
  const own = { kind: "webhook", portal: caller.portal } as const;
  const all = rooms.receivers.find(site.key, own);
  const found = rooms.receivers.find(site.key, { ...own, search, project: project || undefined });
  const { items, isFirst, list } = pageInMemory(found, {
    path,
    query,
    noun: ["webhook", "webhooks"],
    filters: [SEARCH, PROJECT],
    toKey: ({ id }) => id,
  });
  const numbers = items.flatMap(({ receiver }) => (receiver.kind === "webhook" ? [receiver.webhookNo] : []));
  const shown = await rooms.webhooks.showMany(site.key, numbers);
  return {
    kind: "view" as const,
    view: "webhooks",
    title: "Outgoing webhooks",
    section: "webhooks" as const,
    live: refused === undefined && isFirst,
    status: refused === undefined ? 200 : 422,
    data: {
      site,
      path,
      choosePath: PATH,
      tabs: siteKeys.map((key) => ({ text: key, href: `${PATH}/${key}`, current: key === site.key })),
      rows: shown.map((webhook) => toRow(webhook, { site, isPortal: caller.portal !== undefined }, rooms)),
      isAny: all.length > 0,
      project,
      projects: listProjects(all),
      search,
      ...list,
      shape: toFormShape(productFor(site, rooms)),
      sent: await sentBy(site, numbers, rooms),
      url: form.get("url") ?? "",
      refusal: refused,
    },
  };
}

async function standstillAt(site: Site, webhookNo: number, { endpoints }: Rooms) {
  const receiver = { kind: "webhook", webhookNo } as const;
  return standstillView(await endpoints.standstill([site.key], { receiver }));
}

const chartAt = (site: Site, webhookNo: number, query: URLSearchParams | undefined, rooms: Rooms) =>
  receiverChart(
    site,
    { kind: "webhook", webhookNo },
    { path: webhookHref(site.key, webhookNo), query: query ?? new URLSearchParams() },
    rooms,
  );

const productFor = (site: Site, { catalogue }: Rooms): Product => catalogue.get(site.product);

/** @throws {CallboardError} BODY_FILTER */
function requireBodyFilter({ bodyFilter }: WebhookValues): BodyFilter | string {
  if (bodyFilter !== undefined) return bodyFilter;
  const detail = "Enter a body filter to try it";
  throw new CallboardError("BODY_FILTER", detail, { errors: [{ pointer: "/bodyFilter", detail }] });
}

interface FormState {
  readonly fields: FormFields;
  /** Undefined while it is new. */
  readonly no: number | undefined;
  readonly refused?: CallboardError;
  /** The body filter was refused in a trial. Nothing was saved. */
  readonly isTrial?: boolean;
  readonly test?: ShownTest;
  readonly tried?: TriedBodyFilter;
  readonly previews?: Previews;
  readonly newSecret?: string;
  /** Of a webhook that was saved just now. */
  readonly warnings?: readonly WebhookWarning[];
  /** The words of the address, which may ask for an offer. */
  readonly query?: URLSearchParams;
}

async function formView(site: Site, rooms: Rooms, state: FormState) {
  const { fields, no, refused, test, tried, previews, newSecret, warnings = [], query } = state;
  const saved = no === undefined ? undefined : await rooms.webhooks.show(site.key, no);
  const shape = toFormShape(productFor(site, rooms));
  return {
    kind: "view" as const,
    view: "webhook",
    title: saved === undefined ? "Add webhook" : `Edit ${saved.webhook.name}`,
    section: "webhooks" as const,
    status: refused === undefined ? 200 : 422,
    data: {
      site,
      fields,
      shape,
      saved: saved === undefined ? undefined : toRow(saved, { site }, rooms),
      standstill: no === undefined ? undefined : await standstillAt(site, no, rooms),
      chart: no === undefined ? undefined : await chartAt(site, no, query, rooms),
      listener:
        no === undefined ? undefined : await listenerView(site.no, { kind: "webhook", webhookNo: no }, rooms),
      hasSecret: saved?.webhook.secret !== undefined,
      hasRoutingKey: saved?.webhook.routingKey !== undefined,
      access: fields.access,
      savedAccess: accessView(saved?.webhook ?? {}),
      nearEndings: listNearEndings(saved?.webhook ?? {}, Date.now()),
      takesAuthentication: true,
      publicKeys: (saved?.publicKeys ?? []).map(({ text, jwk, until }) => ({
        key: text,
        kid: jwk.kid,
        until,
      })),
      ...listEventChoices(productFor(site, rooms), fields),
      otherEvents: otherEvents(productFor(site, rooms), fields),
      action: no === undefined ? `${PATH}/${site.key}/new` : webhookHref(site.key, no),
      back: `${PATH}/${site.key}`,
      refusal: refused,
      heading: state.isTrial === true ? "The body filter was not tried" : undefined,
      pace: fields.pace,
      rateUnits: RATE_UNITS,
      retryProfiles: RETRY_PROFILES,
      test: test === undefined ? undefined : testView(test),
      tried: tried === undefined ? undefined : triedView(tried),
      preview: previews === undefined ? undefined : previewView(previews),
      newSecret,
      warnings: warnings.map((warning) => toFormProblem(warning).text),
      offer:
        no === undefined || query === undefined
          ? undefined
          : findOffer(query, site, { kind: "webhook", webhookNo: no }),
      sent: no === undefined ? [] : await sentBy(site, [no], rooms),
    },
  };
}

/** Enter in the search of event types searches, and saves in every other field. */
const asksForEvents = ({ form }: Visit, { eventSearch }: FormFields): boolean =>
  form.get("do") === "find-events" ||
  (form.get("do") === "enter" && eventSearch !== (form.get("searched") ?? ""));

const isTrial = ({ form }: Visit): boolean => form.get("do") === "try-body-filter";

/** The events that a webhook is sent, as a text to compare. */
const formatChoice = ({ events, project, filter, bodyFilter, active }: ShownWebhook["webhook"]): string =>
  JSON.stringify([events, project, filter, bodyFilter, active]);

/** @throws {CallboardError} NOT_FOUND if a tenant has no site */
function getFirstPage([first]: readonly string[], { portal }: Caller): string {
  if (first !== undefined) return `${PATH}/${first}`;
  if (portal === undefined) return "/admin/settings";
  throw new CallboardError("NOT_FOUND", "No site has a webhook of yours. Ask for a link to a site");
}

/** Test, try or save what stands in the form; a refusal comes back with it. */
async function submit(visit: Visit, rooms: Rooms, no: number | undefined) {
  const site = await loadSite(visit, rooms);
  const fields = readFields(visit.form);
  if (asksForEvents(visit, fields)) return formView(site, rooms, { fields, no });
  const values = ownedBy(toWebhookValues(fields, productFor(site, rooms)), visit.caller);
  try {
    if (visit.form.get("do") === "execute") {
      const test = await rooms.webhooks.executeUnsaved(site.key, values, no, {
        event: fields.testEvent,
        tokenId: visit.caller.tokenId,
      });
      return await formView(site, rooms, { fields, no, test });
    }
    if (visit.form.get("do") === "preview") {
      rooms.rates.webhookPreviews.take(visit.caller.tokenId);
      const webhook = await rooms.webhooks.draft(site.key, values, no);
      const previews = await rooms.deliveryLog.previewWebhook(site.key, webhook, {
        event: fields.testEvent,
        limit: DEFAULT_PREVIEWED,
      });
      return await formView(site, rooms, { fields, no, previews });
    }
    if (isTrial(visit)) {
      rooms.rates.bodyFilterTrials.take(visit.caller.tokenId);
      refuseOperational(visit.caller, values.events);
      const trial = { bodyFilter: requireBodyFilter(values), events: values.events, limit: DEFAULT_TRIED };
      const tried = await rooms.deliveryLog.tryBodyFilter(site.key, trial);
      return await formView(site, rooms, { fields, no, tried });
    }
    const before = no === undefined ? undefined : (await rooms.webhooks.show(site.key, no)).webhook;
    if (no === undefined && values.verify !== undefined) rooms.rates.executions.take(visit.caller.tokenId);
    const { webhook, newSecret, warnings } =
      no === undefined
        ? await rooms.webhooks.create(site.key, values, visit.author)
        : await rooms.webhooks.edit(site.key, no, values, visit.author);
    if (newSecret !== undefined || warnings.length > 0) {
      const saved = { fields: fieldsOfWebhook(webhook, productFor(site, rooms)), no: webhook.no, warnings };
      return await formView(site, rooms, newSecret === undefined ? saved : { ...saved, newSecret });
    }
    const asksForMore = before !== undefined && formatChoice(before) !== formatChoice(webhook);
    return {
      kind: "redirect" as const,
      to: asksForMore
        ? withOffer(webhookHref(site.key, webhook.no), before.goneSince)
        : `${PATH}/${site.key}`,
      notice: no === undefined ? ("webhook-added" as const) : ("webhook-saved" as const),
    };
  } catch (error) {
    const refused = requireCallersMistake(error);
    if (refused.code === "WEBHOOK_NOT_FOUND") throw refused;
    // Tracker's page asks for the URL alone, so it has no page of its own for a new one.
    if (toFormShape(productFor(site, rooms)).isUrlForm && no === undefined && visit.form.get("do") === "add")
      return listView(visit, site, rooms, refused);
    return formView(site, rooms, { fields, no, refused, isTrial: isTrial(visit) });
  }
}

export const webhookPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "webhooks",
    scope: "read",
    answer: async ({ caller, query }, rooms) => {
      const siteKeys = await listReachedSites(undefined, caller, rooms);
      const chosen = siteKeys.find((key) => key === query.get("site"));
      const isUsed = (key: string) =>
        rooms.receivers.find(key, { kind: "webhook", portal: caller.portal }).length > 0;
      const to = chosen ?? siteKeys.find(isUsed);
      return { kind: "redirect", to: to === undefined ? getFirstPage(siteKeys, caller) : `${PATH}/${to}` };
    },
  },
  {
    method: "get",
    path: `${PATH}/:site`,
    subject: "webhooks",
    scope: "read",
    answer: async (visit, rooms) => listView(visit, await loadSite(visit, rooms), rooms),
  },
  {
    method: "get",
    path: `${PATH}/:site/new`,
    subject: "webhooks",
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const fields = emptyFields(productFor(site, rooms), visit.query.get("project") ?? "");
      return formView(site, rooms, { fields, no: undefined });
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/new`,
    subject: "webhooks",
    scope: "admin",
    answer: (visit, rooms) => submit(visit, rooms, undefined),
  },
  {
    method: "get",
    path: `${PATH}/:site/:no`,
    subject: "webhook",
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const no = readNumber(visit);
      const { webhook } = await rooms.webhooks.show(site.key, no);
      return formView(site, rooms, {
        fields: fieldsOfWebhook(webhook, productFor(site, rooms)),
        no,
        query: visit.query,
      });
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/:no`,
    subject: "webhook",
    scope: "admin",
    answer: (visit, rooms) => submit(visit, rooms, readNumber(visit)),
  },
  {
    method: "post",
    path: `${PATH}/:site/:no/resume`,
    subject: "webhook",
    scope: "admin",
    perMinute: 30,
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const { webhook } = await rooms.webhooks.show(site.key, readNumber(visit));
      const receiver = { kind: "webhook", webhookNo: webhook.no } as const;
      const since = stoppedSince(rooms.receivers.standing(site.no, receiver));
      await rooms.registry.resume(site.key, { kind: "receiver", receiver }, visit.author);
      const href = webhookHref(site.key, webhook.no);
      return { kind: "redirect", to: withOffer(href, since), notice: "receiver-resumed" };
    },
  },
  {
    method: "get",
    path: `${PATH}/:site/:no/delete`,
    subject: "webhook",
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const { webhook } = await rooms.webhooks.show(site.key, readNumber(visit));
      const href = webhookHref(site.key, webhook.no);
      return {
        kind: "view",
        view: "confirm",
        title: `Delete webhook “${webhook.name}”?`,
        section: "webhooks",
        parents: [{ text: webhook.name, path: href }],
        data: {
          sentences: [
            `Callboard stops sending to ${webhook.url}. Waiting deliveries fail as unsubscribed.`,
            "Past deliveries are kept.",
          ],
          button: "Delete",
          action: `${href}/delete`,
          back: href,
        },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/:no/delete`,
    subject: "webhook",
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      await rooms.webhooks.remove(site.key, readNumber(visit), visit.author);
      return { kind: "redirect", to: `${PATH}/${site.key}`, notice: "webhook-deleted" };
    },
  },
];
