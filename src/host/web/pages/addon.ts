/** One add-on: its webhooks, lifecycle history, deliveries and descriptor, and everything that can be done with it. */
import { requireCallersMistake } from "../http/problems.ts";
import { findEventType } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { eventsFitting, whyUnknownEvent } from "../../model/event-name.ts";
import { isPattern } from "../../model/event-pattern.ts";
import type { AddonWebhook } from "../../registry/addons.ts";
import { calledAt } from "../../store/tables/lifecycle-calls.ts";
import type { LifecycleCall } from "../../store/tables/lifecycle-calls.ts";
import { requireSite } from "../http/access.ts";
import type { ReceiverStanding } from "../../registry/receivers.ts";
import type { Rooms } from "../rooms.ts";
import { addonHref, refusalView, stateBadge } from "./addons.ts";
import { bodyView, toBodyPart } from "./body-view.ts";
import { describeUse } from "./deprecated.ts";
import { badge } from "./html.ts";
import { listenerView } from "./listener-view.ts";
import type { NoticeName } from "./notices.ts";
import { TESTS_PER_MINUTE } from "./page.ts";
import type { Page, PageAnswer, Visit } from "./page.ts";
import { receiverChart } from "./receiver-chart.ts";
import { findOffer, replayHref, stoppedSince, withOffer } from "./replays.ts";
import { deliveryRow } from "./rows.ts";
import { standstillView } from "./standstill-view.ts";
import { tokenView } from "./token-view.ts";
import type { Site } from "../../model/site.ts";

const PATH = "/admin/addons/:site/:key";
const TABS = {
  webhooks: "Webhooks",
  lifecycle: "Lifecycle",
  deliveries: "Deliveries",
  descriptor: "Descriptor",
} as const;
const MAX_DELIVERIES = 25;

interface Place {
  readonly site: Site;
  readonly key: string;
  readonly href: string;
}

/** @throws {CallboardError} SITE_NOT_FOUND, SCOPE */
async function readPlace({ params, caller }: Visit, { sites }: Rooms): Promise<Place> {
  const siteKey = params["site"] ?? "";
  const key = params["key"] ?? "";
  requireSite(caller, siteKey);
  return { site: await sites.load(siteKey), key, href: addonHref(siteKey, key) };
}

function webhookRow(webhook: AddonWebhook, { site }: Place, { catalogue }: Rooms) {
  const product = catalogue.get(site.product);
  const [sample] = isPattern(webhook.event)
    ? eventsFitting(product, webhook.event)
    : [findEventType(product, webhook.event)?.event];
  return {
    ...webhook,
    params: Object.entries(webhook.params),
    deprecated: webhook.deprecation === undefined ? undefined : describeUse(webhook.deprecation),
    /** An event that the catalogue does not know never fires: most often it is misspelt. */
    warning: whyUnknownEvent(catalogue, product, webhook.event),
    /** The catalogue has no sample of another event: it is sent at once, with nothing in it but its name. */
    executeHref:
      sample === undefined
        ? undefined
        : `/admin/catalogue/${product.key}/${encodeURIComponent(sample)}?site=${site.key}&to=${webhook.no}`,
  };
}

const SIGNINGS: Readonly<Record<LifecycleCall["signing"], string>> = {
  RS256:
    "Signed with the host's private key, because the add-on has no secret yet that both know, or has it no more: the add-on fetches the public key of the token's kid.",
  HS256: "Signed with the sharedSecret of the installation.",
  none: "",
};

function callRow(call: LifecycleCall, baseUrl: string) {
  return {
    ...call,
    at: calledAt(call),
    badge: badge(
      call.outcome === "accepted" ? "good" : "bad",
      call.status === undefined ? call.outcome : `${call.outcome} ${call.status}`,
    ),
    token: call.claims === undefined ? undefined : tokenView(call.claims, call.url, baseUrl),
    why: SIGNINGS[call.signing],
    answer: call.answer === undefined || call.answer.length === 0 ? undefined : bodyView(call.answer).raw,
  };
}

async function addonView(visit: Visit, rooms: Rooms, shown: Readonly<Record<string, unknown>> = {}) {
  const { caller } = visit;
  const place = await readPlace(visit, rooms);
  const { site, key, href } = place;
  const addon = await rooms.registry.showAddon(site.key, key);
  const wanted = visit.query.get("tab") ?? "webhooks";
  const tab = Object.hasOwn(TABS, wanted) ? wanted : "webhooks";
  const deliveries =
    tab === "deliveries"
      ? await rooms.deliveryLog.list(
          { siteKeys: [site.key], addonKey: key },
          { limit: MAX_DELIVERIES, cursor: undefined },
        )
      : undefined;
  const descriptor = rooms.receivers.findDescriptor(site.no, key);
  const receiver = { kind: "addon", addonKey: key } as const;
  return {
    kind: "view" as const,
    view: "addon",
    title: addon.name,
    section: "addons" as const,
    data: {
      addon,
      href,
      site: site.key,
      endpointsHref:
        caller.portal === undefined
          ? `/admin/endpoints?${new URLSearchParams({ site: site.key, q: key }).toString()}`
          : undefined,
      logHref: `/admin/deliveries?${new URLSearchParams({ site: site.key, addon: key }).toString()}`,
      badge: stateBadge(addon.state),
      standing: rooms.receivers.standing(site.no, receiver),
      chart: await receiverChart(site, receiver, { path: href, query: visit.query }, rooms),
      listener: await listenerView(site.no, receiver, rooms),
      replayHref: replayHref(site, receiver),
      offer: findOffer(visit.query, site, receiver),
      standstill: standstillView(await rooms.endpoints.standstill([site.key], { receiver })),
      tab,
      tabs: Object.entries(TABS).map(([name, text]) => ({
        text,
        href: name === "webhooks" ? href : `${href}?tab=${name}`,
        current: name === tab,
      })),
      webhooks: addon.webhooks.map((webhook) => webhookRow(webhook, place, rooms)),
      calls: addon.lifecycle.map((call) => callRow(call, addon.baseUrl)),
      rows: deliveries?.items.map((delivery) => deliveryRow(delivery, rooms)) ?? [],
      descriptor: bodyView(Buffer.from(JSON.stringify(descriptor ?? {}, null, 2)), toBodyPart(visit.query)),
      part: (pointer: string, from: number) =>
        `${href}?tab=descriptor&part=${encodeURIComponent(pointer)}&from=${from}`,
      secret: undefined,
      canReveal: rooms.registry.canRevealSecrets,
      refusal: undefined,
      ...shown,
    },
  };
}

/** What a vendor does with its own add-on; whether and where it is installed is up to the administrators. */
const VENDOR_VERBS: readonly string[] = ["resume", "rotate"];

const findSubject = (verb: string): Pick<Page, "subject"> =>
  VENDOR_VERBS.includes(verb) ? { subject: "addon" } : {};

type Change = (place: Place, visit: Visit, rooms: Rooms) => Promise<unknown>;

/** A button of the add-on's page. A refusal is shown there, with the add-on's own answer. */
function action(
  verb: string,
  notice: NoticeName,
  change: Change,
  after: (place: Place, standing: ReceiverStanding) => string = ({ href }) => href,
): Page {
  return {
    method: "post",
    path: `${PATH}/${verb}`,
    ...findSubject(verb),
    scope: "admin",
    perMinute: 30,
    answer: async (visit, rooms): Promise<PageAnswer> => {
      const place = await readPlace(visit, rooms);
      const standing = rooms.receivers.standing(place.site.no, { kind: "addon", addonKey: place.key });
      try {
        await change(place, visit, rooms);
      } catch (error) {
        return refusedView(visit, rooms, error);
      }
      return { kind: "redirect", to: after(place, standing), notice };
    },
  };
}

/** The page of the add-on with what was refused; without an add-on there is no such page. */
async function refusedView(visit: Visit, rooms: Rooms, error: unknown): Promise<PageAnswer> {
  const refused = requireCallersMistake(error);
  if (refused.status === 404) throw refused;
  return { ...(await addonView(visit, rooms, { refusal: refusalView(refused) })), status: 422 };
}

function confirmPage(
  verb: string,
  words: {
    readonly title: (name: string) => string;
    readonly sentences: readonly string[];
    readonly button: string;
  },
): Page {
  return {
    method: "get",
    path: `${PATH}/${verb}`,
    ...findSubject(verb),
    scope: "admin",
    answer: async (visit, rooms) => {
      const { site, key, href } = await readPlace(visit, rooms);
      const { name } = await rooms.registry.showAddon(site.key, key);
      return {
        kind: "view",
        view: "confirm",
        title: words.title(name),
        section: "addons",
        parents: [{ text: name, path: href }],
        data: { sentences: words.sentences, button: words.button, action: `${href}/${verb}`, back: href },
      };
    },
  };
}

export const addonPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "addon",
    scope: "read",
    answer: (visit, rooms) => addonView(visit, rooms),
  },
  action(
    "enable",
    "addon-enabled",
    ({ site, key }, { author }, { registry }) => registry.enable(site.key, key, author),
    ({ href }) => withOffer(href),
  ),
  action("disable", "addon-disabled", ({ site, key }, { author }, { registry }) =>
    registry.disable(site.key, key, author),
  ),
  action(
    "resume",
    "receiver-resumed",
    async ({ site, key }, { author }, { registry }) => {
      const { key: addonKey } = await registry.showAddon(site.key, key);
      const receiver = { kind: "addon", addonKey } as const;
      return registry.resume(site.key, { kind: "receiver", receiver }, author);
    },
    ({ href }, standing) => withOffer(href, stoppedSince(standing)),
  ),
  {
    method: "get",
    path: `${PATH}/upgrade`,
    scope: "admin",
    answer: async (visit, rooms) => {
      const { site, key, href } = await readPlace(visit, rooms);
      try {
        const preview = await rooms.registry.previewUpgrade(site.key, key);
        return {
          kind: "view",
          view: "addon-upgrade",
          title: `Upgrade ${preview.descriptor.name}`,
          section: "addons",
          parents: [{ text: preview.descriptor.name, path: href }],
          data: { preview, href, before: await rooms.registry.showAddon(site.key, key) },
        };
      } catch (error) {
        return refusedView(visit, rooms, error);
      }
    },
  },
  action(
    "upgrade",
    "addon-upgraded",
    ({ site, key }, { author, form }, { registry }) =>
      registry.upgrade(site.key, key, {
        by: author,
        confirmOrigin: form.get("confirmOrigin") !== null,
        digest: form.get("digest") ?? undefined,
        // Bound to what was shown by the digest.
        acceptScopes: form.getAll("acceptScopes"),
      }),
    ({ href }) => withOffer(href),
  ),
  confirmPage("rotate", {
    title: (name) => `Rotate the secret of ${name}?`,
    sentences: [
      "Callboard sends the new secret in an installed callback. If the add-on accepts it, requests are signed with the new secret, and requests of the add-on with the old one are accepted for 5 minutes.",
    ],
    button: "Rotate the secret",
  }),
  action("rotate", "secret-rotated", ({ site, key }, { author }, { registry }) =>
    registry.rotateSecret(site.key, key, author),
  ),
  confirmPage("uninstall", {
    title: (name) => `Uninstall ${name}?`,
    sentences: [
      "Callboard calls its disabled and uninstalled callbacks, deletes its subscriptions and destroys its secret.",
      "Waiting deliveries fail as unsubscribed. Past deliveries are kept.",
    ],
    button: "Uninstall",
  }),
  action(
    "uninstall",
    "addon-uninstalled",
    ({ site, key }, { author }, { registry }) => registry.uninstall(site.key, key, author),
    () => "/admin/addons",
  ),
  {
    method: "post",
    path: `${PATH}/execute`,
    scope: "events:write",
    perMinute: TESTS_PER_MINUTE,
    answer: async (visit, rooms) => {
      const { site, key } = await readPlace(visit, rooms);
      const no = Number(visit.form.get("webhook"));
      const { webhooks } = await rooms.registry.showAddon(site.key, key);
      const webhook = webhooks.find((each) => each.no === no);
      if (webhook === undefined) throw new CallboardError("NOT_FOUND", "The add-on has no such webhook");
      const { id } = await rooms.acceptEvent({
        siteNo: site.no,
        event: webhook.event,
        payload: Buffer.from("{}"),
        user: visit.caller.actor,
        testOf: no,
      });
      return { kind: "redirect", to: `/admin/events/${id}`, notice: "event-sent" };
    },
  },
  {
    method: "post",
    path: `${PATH}/secret`,
    scope: "admin",
    perMinute: 10,
    answer: async (visit, rooms) => {
      const { site, key } = await readPlace(visit, rooms);
      return addonView(visit, rooms, {
        secret: await rooms.registry.revealSecret(site.key, key, visit.author),
      });
    },
  },
];
