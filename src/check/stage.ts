/**
 * The stage of a run: three sites of the temporary host, and the add-on on them. Everything is done when it is first needed, so
 * that one check can run alone.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CallboardError, messageOf } from "../errors.ts";
import type { ReadDescriptor } from "../protocol/descriptor.ts";
import type { Budget } from "./budget.ts";
import type { Exchange } from "./exchange.ts";
import { Blocked, NotApplicable } from "./outcome.ts";
import type { Prober } from "./prober.ts";
import { chooseProducts, makeWebhook } from "./samples.ts";
import type { Stranger } from "./stranger.ts";
import type { TemporaryHost } from "./temporary-host.ts";
import { signWebhook } from "./tenant.ts";
import type { Delivery, Tenant, Webhook } from "./tenant.ts";

/** The site under attack, another site of the same host, and one that has uninstalled the add-on. */
export type Role = "own" | "other" | "gone";

/** What a change at the host did to the add-on. */
export interface Change {
  /** The callbacks that it made. */
  readonly calls: readonly Exchange[];
  /** The refusal of the host, if the change failed. */
  readonly problem: string | undefined;
}

export interface SentSample {
  readonly role: Role;
  readonly webhook: Webhook;
  readonly exchange: Exchange;
}

export interface Samples {
  readonly sent: readonly SentSample[];
  /** Event types that no product with add-ons has. */
  readonly unknown: readonly string[];
  /** Number of webhooks beyond the limit, which were not sent. */
  readonly left: number;
}

export interface Stage {
  readonly host: Pick<TemporaryHost, "url" | "key">;
  readonly stranger: Stranger;
  readonly prober: Prober;
  /** @throws {CallboardError} the refusal of the descriptor */
  readonly read: () => Promise<ReadDescriptor>;
  /** Installs the add-on on the site, once. */
  readonly install: (role: Role) => Promise<Change>;
  /** @throws {Blocked} if the add-on could not be installed */
  readonly tenant: (role: Role) => Promise<Tenant>;
  /** Makes the `installed` callback again, with everything as it is. */
  readonly repeatInstall: () => Promise<Change>;
  /** Gives the own site a new secret. */
  readonly rotate: (role?: Role) => Promise<Change>;
  /** The secret of the own site before the last one. */
  readonly previousSecret: () => string | undefined;
  /** Gives the own site another name and base URL. */
  readonly rename: () => Promise<Change>;
  /** Uninstalls the add-on and installs it again on the own site. */
  readonly reinstall: () => Promise<{ readonly uninstall: Change; readonly install: Change }>;
  /** Uninstalls the add-on from the site that is then gone, once. */
  readonly leave: () => Promise<{ readonly change: Change; readonly tenant: Tenant }>;
  /** Sends the sample of every webhook, once. */
  readonly samples: () => Promise<Samples>;
  /** A webhook that accepts its sample. @throws {Blocked} if there is none */
  readonly probe: () => Promise<Webhook>;
  /** Sends a genuine webhook of the site. */
  readonly deliver: (what: string, delivery?: Partial<Delivery> & ToDeliver) => Promise<Exchange>;
  /** Every shared secret that the add-on was told. */
  readonly secrets: () => readonly string[];
  /** Uninstalls the add-on from all sites, as far as it lets itself be. */
  readonly clear: () => Promise<void>;
}

export interface ToDeliver {
  readonly role?: Role;
  readonly webhook?: Webhook;
  readonly secret?: string;
}

export interface StageOptions {
  readonly host: TemporaryHost;
  readonly stranger: Stranger;
  readonly prober: Prober;
  readonly budget: Budget;
  /** URL of the descriptor. */
  readonly url: string;
}

const BY = { actor: "check", address: "127.0.0.1" };
const AT_ONCE = 8;
/** Leaves requests for the other checks. */
const MAX_SAMPLES = 250;
/** An install is two callbacks. */
const CALLBACKS = 2;

export function createStage({ host, stranger, prober, budget, url }: StageOptions): Stage {
  const { registry, catalogue } = host;
  const tenants = new Map<Role, Tenant>();
  const secrets = new Set<string>();
  const installs = new Map<Role, Promise<Change>>();
  let previousSecret: string | undefined;
  /** Time of the last callback of each site. */
  const calledAt = new Map<Role, number>();

  const read = once(() => budget.within(registry.readDescriptor({ kind: "url", url })));
  const products = once(async () =>
    chooseProducts(
      (await read()).webhooks.map(({ event }) => event),
      catalogue,
    ),
  );

  const siteKeyOf = (role: Role) => `check-${role}`;
  const addonKey = async () => (await read()).descriptor.key;

  /** Hosts never make two `installed` callbacks within a second, and add-ons order them by the seconds of `iat`. */
  async function nextSecond(role: Role): Promise<void> {
    const at = calledAt.get(role) ?? 0;
    while (Math.floor(Date.now() / 1000) === Math.floor(at / 1000)) await delay(10);
  }

  async function change(role: Role, work: () => Promise<unknown>): Promise<Change> {
    await nextSecond(role);
    const before = prober.exchanges().length;
    let problem: string | undefined;
    try {
      await budget.within(work(), CALLBACKS * prober.limitMs + 1_000);
    } catch (error) {
      if (!(error instanceof CallboardError || error instanceof Blocked)) throw error;
      problem = messageOf(error);
    }
    calledAt.set(role, Date.now());
    return { calls: prober.exchanges().slice(before), problem };
  }

  async function remember(role: Role): Promise<void> {
    const siteKey = siteKeyOf(role);
    const site = await host.sites.load(siteKey);
    const sharedSecret = await registry.revealSecret(siteKey, await addonKey(), BY).catch(() => "");
    secrets.add(sharedSecret);
    tenants.set(role, { siteKey, clientKey: site.clientKey, productType: site.product, sharedSecret });
  }

  async function installOn(role: Role): Promise<Change> {
    const siteKey = siteKeyOf(role);
    const done = await change(role, () =>
      registry.install(siteKey, { kind: "url", url }, { by: BY, acceptScopes: "all" }),
    );
    if (done.problem === undefined) await remember(role);
    return done;
  }

  const install = (role: Role): Promise<Change> => {
    const work = async () => {
      const { main, second } = await products();
      const product = role === "other" ? second.key : main.key;
      await registry.createSite({ key: siteKeyOf(role), product, name: `Check ${role}` }, BY);
      return installOn(role);
    };
    const known = installs.get(role) ?? work();
    installs.set(role, known);
    return known;
  };

  async function tenant(role: Role): Promise<Tenant> {
    const { problem } = await install(role);
    const found = tenants.get(role);
    if (found === undefined || problem !== undefined) throw new Blocked(`not installed: ${problem ?? ""}`);
    return found;
  }

  async function rotate(role: Role = "own"): Promise<Change> {
    const { siteKey, sharedSecret } = await tenant(role);
    const done = await change(role, async () => registry.rotateSecret(siteKey, await addonKey(), BY));
    if (done.problem === undefined) await remember(role);
    if (role === "own") previousSecret = sharedSecret;
    return done;
  }

  async function rename(): Promise<Change> {
    const { siteKey } = await tenant("own");
    const baseUrl = `${host.url.replace("127.0.0.1", "localhost")}/${siteKey}`;
    return change("own", () => registry.changeSite(siteKey, { name: "Check, renamed", baseUrl }, BY));
  }

  const uninstall = (role: Role): Promise<Change> =>
    change(role, async () => registry.uninstall(siteKeyOf(role), await addonKey(), BY));

  const leave = once(async () => {
    const left = await tenant("gone");
    return { tenant: left, change: await uninstall("gone") };
  });

  async function deliver(
    what: string,
    { role = "own", webhook, secret, ...delivery }: Partial<Delivery> & ToDeliver = {},
  ): Promise<Exchange> {
    const from = await tenant(role);
    const { baseUrl } = (await read()).descriptor;
    return prober.send(
      what,
      signWebhook({ ...from, sharedSecret: secret ?? from.sharedSecret }, webhook ?? (await probe()), {
        id: `dlv_${randomUUID()}`,
        baseUrl,
        at: Date.now(),
        ...delivery,
      }),
    );
  }

  const samples = once(async (): Promise<Samples> => {
    const { webhooks } = await read();
    const { main, second } = await products();
    const key = await addonKey();
    const making = { catalogue, addonKey: key, now: Date.now() };
    const toSend = webhooks.flatMap((each): readonly Omit<SentSample, "exchange">[] => {
      const own = makeWebhook(each, main, making);
      if (own !== undefined) return [{ role: "own", webhook: own }];
      const other = makeWebhook(each, second, making);
      return other === undefined ? [] : [{ role: "other", webhook: other }];
    });
    const events = toSend.map(({ webhook }) => webhook.event);
    for (const role of new Set(toSend.map((each) => each.role))) await tenant(role);
    const sent = await inTurns(toSend.slice(0, MAX_SAMPLES), AT_ONCE, async ({ role, webhook }) => ({
      role,
      webhook,
      exchange: await deliver(`the sample of ${webhook.event}`, { role, webhook }),
    }));
    return {
      sent,
      unknown: webhooks
        .map(({ event }) => event)
        .filter((event) => !events.includes(event) && !event.includes("*")),
      left: Math.max(0, toSend.length - MAX_SAMPLES),
    };
  });

  const probe = once(async (): Promise<Webhook> => {
    const { sent } = await samples();
    if (sent.length === 0) throw new NotApplicable("no webhook that can be sent");
    const found = sent.find(({ exchange: { reply } }) => reply.kind === "response" && reply.status < 300);
    if (found === undefined) throw new Blocked("no webhook accepts its sample");
    return found.webhook;
  });

  return {
    host,
    stranger,
    prober,
    read,
    install,
    tenant,
    repeatInstall: async () => {
      await tenant("own");
      return installOn("own");
    },
    rotate,
    previousSecret: () => previousSecret,
    rename,
    reinstall: async () => {
      await tenant("own");
      return { uninstall: await uninstall("own"), install: await installOn("own") };
    },
    leave,
    samples,
    probe,
    deliver,
    secrets: () => [...secrets].filter((secret) => secret !== ""),
    clear: async () => {
      for (const role of tenants.keys()) {
        await registry.uninstall(siteKeyOf(role), await addonKey(), BY).catch(() => undefined);
      }
    },
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

/** Works on so many items at a time; resolves to the results in the order of the items. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
