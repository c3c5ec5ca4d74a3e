/**
 * Dynamic webhooks: what an add-on registers for itself through Jira's REST API, for 30 days at a time.
 * Source: developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks.
 */
import { CallboardError } from "../../../errors.ts";
import { parseFiltersAhead } from "../../filters/ahead.ts";
import type { Queryable } from "../../store/db/database.ts";
import { failWaiting } from "../../store/tables/ended.ts";
import { ensureEndpoint } from "../../store/tables/endpoints.ts";
import {
  insertSubscriptions,
  listAddonSubscriptions,
  removeSubscriptions,
  setExpiry,
  takeSubscriptionNumbers,
} from "../../store/tables/subscriptions.ts";
import type { NewSubscription } from "../../store/tables/subscriptions.ts";
import { createKeyedMutex } from "../../../keyed-mutex.ts";
import { installationName, loadCaller, recordChange } from "./caller.ts";
import type { AddonCaller, Standing } from "./caller.ts";
import type { DynamicContext } from "./context.ts";
import { registrationProblems } from "./registration.ts";
import type { Registration } from "./registration.ts";
import { dynamicWebhookId } from "../../model/subscription.ts";
import type { Subscription } from "../../model/subscription.ts";

export const DYNAMIC_LIFETIME_MS = 30 * 24 * 3_600_000;
export const MAX_DYNAMIC_WEBHOOKS = 100;

export interface DynamicWebhook {
  readonly id: number;
  readonly url: string;
  readonly events: readonly string[];
  readonly jqlFilter: string;
  readonly fieldIds: readonly string[] | undefined;
  readonly propertyKeys: readonly string[] | undefined;
  readonly expiresAt: number;
}

/** What became of one registration: the id of a webhook, or why there is none. */
export type RegistrationResult =
  { readonly kind: "created"; readonly id: number } | { readonly kind: "refused"; readonly because: string };

/** Methods throw what {@link loadCaller} throws, and NOT_FOUND on a site that is not of Jira. */
export interface DynamicWebhooks {
  /**
   * In the order given. Throws URL_* for a URL that cannot be sent to, and ADDON_URL when it is not below the add-on's
   * baseUrl, or another than its webhooks have.
   */
  readonly register: (
    caller: AddonCaller,
    url: string,
    registrations: readonly Registration[],
  ) => Promise<readonly RegistrationResult[]>;
  readonly list: (caller: AddonCaller) => Promise<readonly DynamicWebhook[]>;
  /** Ids that are not the caller's are passed over. */
  readonly remove: (caller: AddonCaller, ids: readonly number[]) => Promise<void>;
  /** Another 30 days, from now; resolves to when they end. Throws WEBHOOK_NOT_FOUND when none of the ids is the caller's. */
  readonly refresh: (caller: AddonCaller, ids: readonly number[]) => Promise<number>;
}

/** Subscriptions of the caller's own webhooks, and the ids of those webhooks in words of the audit. */
interface Chosen {
  readonly numbers: readonly number[];
  readonly ids: string;
}

export function createDynamicWebhooks(context: DynamicContext): DynamicWebhooks {
  const { database, now } = context;
  const inTurn = createKeyedMutex();

  async function loadStanding(caller: AddonCaller): Promise<Standing> {
    const standing = await loadCaller(caller, context);
    const { hasDynamicWebhooks, name } = context.catalogue.get(standing.site.product);
    if (hasDynamicWebhooks) return standing;
    throw new CallboardError("NOT_FOUND", `Add-ons can't register dynamic webhooks on sites of ${name}`);
  }

  async function listOwn(q: Queryable, { site, installation }: Standing): Promise<readonly Subscription[]> {
    const all = await listAddonSubscriptions(q, site.no, installation.addonKey, "dynamic");
    return all.filter((subscription) => dynamicWebhookId(subscription) !== undefined);
  }

  async function register(
    caller: AddonCaller,
    url: string,
    registrations: readonly Registration[],
  ): Promise<readonly RegistrationResult[]> {
    const standing = await loadStanding(caller);
    const { site, installation } = standing;
    const { origin } = requireOwnUrl(url, installation.baseUrl, context);
    const filters = new Set(registrations.map(({ jqlFilter }) => jqlFilter));
    context.countFilterCharacters(
      installationName(site.key, installation.addonKey),
      [...filters].reduce((sum, filter) => sum + filter.length, 0),
    );
    await parseFiltersAhead([...filters]);
    const problems = registrationProblems(registrations);
    return inTurn(installationName(site.key, installation.addonKey), async () => {
      const results = await database.write(async (tx) => {
        const own = await listOwn(tx, standing);
        requireSingleUrl(url, own);
        const endpointNo = await ensureEndpoint(
          tx,
          site.no,
          { kind: "addon", addonKey: caller.addonKey },
          origin,
        );
        let count = new Set(own.map(dynamicWebhookId)).size;
        const refusals = registrations.map((_, position) => {
          const because = problems[position] ?? (count < MAX_DYNAMIC_WEBHOOKS ? undefined : TOO_MANY);
          if (because === undefined) count += 1;
          return because;
        });
        const accepted = registrations.filter((_, position) => refusals[position] === undefined);
        const ids = await insert(
          tx,
          { siteNo: site.no, addonKey: caller.addonKey, url, endpointNo },
          accepted,
          now() + DYNAMIC_LIFETIME_MS,
        );
        if (ids.length > 0)
          await recordChange(tx, standing, caller, {
            action: "dynamic-webhooks.registered",
            detail: String(ids.length),
          });
        const next = ids.values();
        return refusals.map((because): RegistrationResult =>
          because === undefined
            ? { kind: "created", id: next.next().value ?? 0 }
            : { kind: "refused", because },
        );
      });
      await context.changed(site.no);
      return results;
    });
  }

  /** The subscriptions of the webhooks with these ids, as far as they are the caller's own. */
  async function chosen(q: Queryable, standing: Standing, ids: readonly number[]): Promise<Chosen> {
    const wanted = new Set(ids);
    const own = (await listOwn(q, standing)).filter((subscription) =>
      wanted.has(dynamicWebhookId(subscription) ?? 0),
    );
    return {
      numbers: own.map(({ no }) => no),
      ids: [...new Set(own.map(dynamicWebhookId))].join(" "),
    };
  }

  return {
    register,
    list: async (caller) => {
      const standing = await loadStanding(caller);
      return toDynamicWebhooks(await listOwn(database.read, standing));
    },
    remove: async (caller, ids) => {
      const standing = await loadStanding(caller);
      await database.write(async (tx) => {
        const { numbers, ids: removed } = await chosen(tx, standing, ids);
        if (numbers.length === 0) return;
        await removeSubscriptions(tx, standing.site.no, numbers);
        await failWaiting(tx, { siteNo: standing.site.no, subscriptionNos: numbers, now: now() });
        await recordChange(tx, standing, caller, { action: "dynamic-webhooks.removed", detail: removed });
      });
      await context.changed(standing.site.no);
    },
    refresh: async (caller, ids) => {
      const standing = await loadStanding(caller);
      const expiresAt = now() + DYNAMIC_LIFETIME_MS;
      await database.write(async (tx) => {
        const { numbers, ids: refreshed } = await chosen(tx, standing, ids);
        if (numbers.length === 0) {
          throw new CallboardError(
            "WEBHOOK_NOT_FOUND",
            "None of the ids is of a webhook of the calling add-on",
          );
        }
        await setExpiry(tx, standing.site.no, numbers, expiresAt);
        await recordChange(tx, standing, caller, { action: "dynamic-webhooks.refreshed", detail: refreshed });
      });
      await context.changed(standing.site.no);
      return expiresAt;
    },
  };
}

const TOO_MANY = `An add-on can have ${MAX_DYNAMIC_WEBHOOKS} webhooks on a site (LIMIT_REACHED)`;

function requireOwnUrl(url: string, baseUrl: string, { checkUrl }: Pick<DynamicContext, "checkUrl">): URL {
  const checked = checkUrl(url, { httpsOnly: true });
  const base = new URL(baseUrl);
  const path = base.pathname.replace(/\/$/, "");
  if (
    checked.origin === base.origin &&
    (checked.pathname === path || checked.pathname.startsWith(`${path}/`))
  ) {
    return checked;
  }
  throw new CallboardError("ADDON_URL", `The url must be below the add-on's own baseUrl, ${baseUrl}`);
}

function requireSingleUrl(url: string, own: readonly Subscription[]): void {
  const other = own.find((subscription) => subscription.url !== url);
  if (other === undefined) return;
  throw new CallboardError(
    "ADDON_URL",
    `An add-on has one URL for all its webhooks; those that it has go to ${other.url}`,
  );
}

/** One subscription for each event; the number of the first is the id of the webhook. Resolves to the ids, in order. */
async function insert(
  tx: Queryable,
  place: {
    readonly siteNo: number;
    readonly addonKey: string;
    readonly url: string;
    readonly endpointNo: number;
  },
  registrations: readonly Registration[],
  expiresAt: number,
): Promise<readonly number[]> {
  const { addonKey, ...rest } = place;
  const eventNames = registrations.map(({ events }) => [...new Set(events)]);
  const count = eventNames.reduce((sum, events) => sum + events.length, 0);
  if (count === 0) return [];
  const first = await takeSubscriptionNumbers(tx, count);
  const ids: number[] = [];
  const wanted: NewSubscription[] = [];
  for (const [index, { jqlFilter, fieldIds, propertyKeys }] of registrations.entries()) {
    const id = first + wanted.length;
    ids.push(id);
    for (const [position, event] of (eventNames[index] ?? []).entries()) {
      wanted.push({
        ...rest,
        source: "dynamic",
        receiver: { kind: "addon", addonKey },
        event,
        params: {},
        filter: jqlFilter.trim() === "" ? undefined : jqlFilter,
        bodyFilter: undefined,
        propertyKeys,
        excludeBody: false,
        position,
        dynamic: {
          kind: "webhook",
          jqlFilter,
          ...(position === 0 ? {} : { of: id }),
          ...(fieldIds === undefined ? {} : { fieldIds }),
        },
        expiresAt,
      });
    }
  }
  await insertSubscriptions(tx, wanted, first);
  return ids;
}

function toDynamicWebhooks(own: readonly Subscription[]): readonly DynamicWebhook[] {
  const byId = new Map<number, readonly Subscription[]>();
  for (const subscription of own) {
    const id = dynamicWebhookId(subscription) ?? 0;
    byId.set(id, [...(byId.get(id) ?? []), subscription]);
  }
  return [...byId]
    .sort(([one], [other]) => one - other)
    .flatMap(([id, rows]) => {
      const [first] = rows;
      if (first?.dynamic?.kind !== "webhook") return [];
      const { jqlFilter, fieldIds } = first.dynamic;
      return [
        {
          id,
          url: first.url,
          events: rows.map(({ event }) => event ?? ""),
          jqlFilter,
          fieldIds,
          propertyKeys: first.propertyKeys,
          expiresAt: first.expiresAt ?? 0,
        },
      ];
    });
}
