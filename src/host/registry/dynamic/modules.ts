/**
 * Dynamic modules: webhooks that an add-on adds at run time to those of its descriptor, under keys of its own.
 * Source: developer.atlassian.com/cloud/jira/platform/dynamic-modules.
 */
import { CallboardError } from "../../../errors.ts";
import type { Queryable } from "../../store/db/database.ts";
import { failWaiting } from "../../store/tables/ended.ts";
import { ensureEndpoint } from "../../store/tables/endpoints.ts";
import {
  insertSubscriptions,
  listAddonSubscriptions,
  removeSubscriptions,
} from "../../store/tables/subscriptions.ts";
import type { NewSubscription } from "../../store/tables/subscriptions.ts";
import { createKeyedMutex } from "../../../keyed-mutex.ts";
import { installationName, loadCaller, recordChange } from "./caller.ts";
import type { AddonCaller, Standing } from "./caller.ts";
import type { DynamicContext } from "./context.ts";
import { listDeprecations } from "../../model/deprecation.ts";
import type { Deprecation } from "../../model/deprecation.ts";
import type { Subscription } from "../../model/subscription.ts";

export const MAX_DYNAMIC_MODULES = 100;

/** One entry of `webhooks`, as the add-on wrote it. */
export type WebhookModuleValue = Readonly<Record<string, unknown>>;

/** Methods throw what {@link loadCaller} throws. */
export interface DynamicModules {
  readonly list: (caller: AddonCaller) => Promise<readonly WebhookModuleValue[]>;
  /**
   * All of them or none. Throws CONFLICT for a key that is taken, BODY_SCHEMA for a module without one, LIMIT_REACHED,
   * and what the same webhook would be refused with in a descriptor. Resolves to the deprecated event types that they name.
   */
  readonly register: (
    caller: AddonCaller,
    modules: readonly WebhookModuleValue[],
  ) => Promise<readonly Deprecation[]>;
  /** Those with these keys, or all; unknown keys are passed over. */
  readonly remove: (caller: AddonCaller, keys: readonly string[] | undefined) => Promise<void>;
}

interface Registered {
  readonly subscription: Subscription;
  readonly key: string;
  readonly module: WebhookModuleValue;
}

export function createDynamicModules(context: DynamicContext): DynamicModules {
  const { database, now } = context;
  const inTurn = createKeyedMutex();

  async function listOwn(q: Queryable, { site, installation }: Standing): Promise<readonly Registered[]> {
    const all = await listAddonSubscriptions(q, site.no, installation.addonKey, "dynamic");
    return all.flatMap((subscription) => {
      const { dynamic } = subscription;
      return dynamic?.kind === "module" ? [{ subscription, key: dynamic.key, module: dynamic.module }] : [];
    });
  }

  async function register(
    caller: AddonCaller,
    modules: readonly WebhookModuleValue[],
  ): Promise<readonly Deprecation[]> {
    const standing = await loadCaller(caller, context);
    const { site, installation } = standing;
    const keys = modules.map(readKey);
    const { key, name, baseUrl, authentication, lifecycle } = installation.descriptor;
    const owner = installationName(site.key, caller.addonKey);
    context.countFilterCharacters(
      owner,
      modules.reduce((sum, { filter }) => sum + (typeof filter === "string" ? filter.length : 0), 0),
    );
    const product = context.catalogue.get(site.product);
    const webhooks = await context.readWebhooks(
      {
        key,
        name,
        baseUrl,
        authentication,
        lifecycle,
        modules: { webhooks: modules.map(({ key: _key, ...module }) => module) },
      },
      product,
    );
    await inTurn(owner, () =>
      database.write(async (tx) => {
        const own = await listOwn(tx, standing);
        requireFreeKeys(caller.addonKey, keys, own);
        if (own.length + modules.length > MAX_DYNAMIC_MODULES) {
          throw new CallboardError(
            "LIMIT_REACHED",
            `An add-on can have ${MAX_DYNAMIC_MODULES} dynamic modules on a site`,
          );
        }
        const receiver = { kind: "addon", addonKey: caller.addonKey } as const;
        const added: NewSubscription[] = [];
        for (const webhook of webhooks) {
          const { event, resolvedUrl, params, filter, bodyFilter, position } = webhook;
          const { propertyKeys, excludeBody } = webhook;
          added.push({
            siteNo: site.no,
            source: "dynamic",
            receiver,
            event,
            url: resolvedUrl,
            params,
            filter,
            bodyFilter,
            propertyKeys,
            excludeBody,
            endpointNo: await ensureEndpoint(tx, site.no, receiver, new URL(resolvedUrl).origin),
            position,
            dynamic: { kind: "module", key: keys[position] ?? "", module: modules[position] ?? {} },
            expiresAt: undefined,
          });
        }
        await insertSubscriptions(tx, added);
        await recordChange(tx, standing, caller, {
          action: "dynamic-modules.registered",
          detail: keys.join(" "),
        });
      }),
    );
    await context.changed(site.no);
    return listDeprecations(
      product,
      webhooks.map(({ event }) => event),
    );
  }

  return {
    list: async (caller) => {
      const standing = await loadCaller(caller, context);
      return (await listOwn(database.read, standing)).map(({ module }) => module);
    },
    register,
    remove: async (caller, keys) => {
      const standing = await loadCaller(caller, context);
      await database.write(async (tx) => {
        const gone = (await listOwn(tx, standing)).filter(({ key }) => keys?.includes(key) ?? true);
        if (gone.length === 0) return;
        const numbers = gone.map(({ subscription }) => subscription.no);
        await removeSubscriptions(tx, standing.site.no, numbers);
        await failWaiting(tx, { siteNo: standing.site.no, subscriptionNos: numbers, now: now() });
        const detail = gone.map(({ key }) => key).join(" ");
        await recordChange(tx, standing, caller, { action: "dynamic-modules.removed", detail });
      });
      await context.changed(standing.site.no);
    },
  };
}

const KEY = /^[a-zA-Z0-9-]{1,100}$/;

function readKey({ key }: WebhookModuleValue, position: number): string {
  if (typeof key === "string" && KEY.test(key)) return key;
  const detail = "must be 1 to 100 letters, digits and hyphens";
  throw new CallboardError("BODY_SCHEMA", `The key of a dynamic module ${detail}`, {
    errors: [{ pointer: `/webhooks/${position}/key`, detail }],
  });
}

function requireFreeKeys(addonKey: string, keys: readonly string[], own: readonly Registered[]): void {
  const taken = new Set(own.map(({ key }) => key));
  const twice = keys.filter((key, position) => taken.has(key) || keys.indexOf(key) !== position);
  if (twice.length === 0) return;
  throw new CallboardError(
    "CONFLICT",
    `The add-on ${addonKey} has modules with these keys already: ${twice.join(", ")}`,
  );
}
