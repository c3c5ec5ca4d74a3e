/** Receivers of a site by what a user types: lists and choices with thousands of them. Pure. */
import type { Receiver } from "./endpoint.ts";
import { hasText } from "./has-text.ts";
import { formatWebhookId } from "./ids.ts";
import { isPortalReceiver } from "./portal.ts";
import type { Portal } from "./portal.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";

/** A receiver of a site, for lists and for selection in forms. */
export interface NamedReceiver {
  readonly receiver: Receiver;
  readonly name: string;
  /** The add-on's key, or the webhook's ID. */
  readonly id: string;
  /** The add-on's base URL, or the webhook's URL. */
  readonly url: string;
  /** The webhook's project. */
  readonly project: string | undefined;
}

export interface ReceiverFilter {
  readonly kind?: Receiver["kind"];
  /** Only the receivers of this portal. */
  readonly portal?: Portal | undefined;
  /** Part of a name, a key, an ID or a URL, in any case. */
  readonly search?: string;
  /** Only webhooks of this project. */
  readonly project?: string | undefined;
}

const namedReceivers = new WeakMap<SiteSnapshot, readonly NamedReceiver[]>();

/** Lists all receivers of a site, add-ons by their key before webhooks by their number; computed once per snapshot. */
export function listNamedReceivers(snapshot: SiteSnapshot): readonly NamedReceiver[] {
  const known = namedReceivers.get(snapshot);
  if (known !== undefined) return known;
  const { site, installations, webhooks } = snapshot;
  const addons = [...installations.values()]
    .filter(({ state }) => state !== "uninstalled")
    .sort((one, other) => (one.addonKey < other.addonKey ? -1 : 1))
    .map(({ addonKey, descriptor: { name }, baseUrl }) => ({
      receiver: { kind: "addon", addonKey } as const,
      name,
      id: addonKey,
      url: baseUrl,
      project: undefined,
    }));
  const outgoing = [...webhooks.values()]
    .sort((one, other) => one.no - other.no)
    .map(({ no, name, url, project }) => ({
      receiver: { kind: "webhook", webhookNo: no } as const,
      name,
      id: formatWebhookId(site.no, no),
      url,
      project,
    }));
  const all = [...addons, ...outgoing];
  namedReceivers.set(snapshot, all);
  return all;
}

/** Returns the receivers that match, in the order of {@link listNamedReceivers}. */
export function findReceivers(snapshot: SiteSnapshot, filter: ReceiverFilter): readonly NamedReceiver[] {
  const { kind, portal, project, search = "" } = filter;
  return listNamedReceivers(snapshot).filter(
    (named) =>
      (kind === undefined || named.receiver.kind === kind) &&
      (project === undefined || named.project === project) &&
      hasText([named.name, named.id, named.url], search) &&
      (portal === undefined || isPortalReceiver(portal, snapshot, named.receiver)),
  );
}
