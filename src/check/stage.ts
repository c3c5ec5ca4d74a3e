/**
 * The stage of a run: three sites of the temporary host, and the add-on on them. Everything is done when it is first needed, so
 * that one check can run alone.
 */
import { randomUUID } from "node:crypto";
import type { ReadDescriptor } from "../protocol/descriptor.ts";
import type { Budget } from "./budget.ts";
import type { Exchange } from "./exchange.ts";
import { once } from "./once.ts";
import { Blocked, NotApplicable } from "./outcome.ts";
import type { Prober } from "./prober.ts";
import { chooseProducts, makeWebhook } from "./samples.ts";
import { createSiteChanges } from "./site-changes.ts";
import type { Role, SiteChanges } from "./site-changes.ts";
import type { Stranger } from "./stranger.ts";
import type { TemporaryHost } from "./temporary-host.ts";
import { signWebhook } from "./tenant.ts";
import type { Delivery, Webhook } from "./tenant.ts";

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

export interface Stage extends SiteChanges {
  readonly host: Pick<TemporaryHost, "url" | "key">;
  readonly stranger: Stranger;
  readonly prober: Prober;
  /** @throws {CallboardError} the refusal of the descriptor */
  readonly read: () => Promise<ReadDescriptor>;
  /** Sends the sample of every webhook, once. */
  readonly samples: () => Promise<Samples>;
  /** A webhook that accepts its sample. @throws {Blocked} if there is none */
  readonly probe: () => Promise<Webhook>;
  /** Sends a genuine webhook of the site. */
  readonly deliver: (what: string, delivery?: Partial<Delivery> & ToDeliver) => Promise<Exchange>;
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

const AT_ONCE = 8;
/** Leaves requests for the other checks. */
const MAX_SAMPLES = 250;

export function createStage({ host, stranger, prober, budget, url }: StageOptions): Stage {
  const { registry, catalogue } = host;
  const read = once(() => budget.within(registry.readDescriptor({ kind: "url", url })));
  const addonKey = async () => (await read()).descriptor.key;
  const products = once(async () =>
    chooseProducts(
      (await read()).webhooks.map(({ event }) => event),
      catalogue,
    ),
  );
  const changes = createSiteChanges({
    host,
    prober,
    budget,
    url,
    addonKey,
    findProduct: async (role) => (await products())[role === "other" ? "second" : "main"].key,
  });
  const { tenant } = changes;

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

  return { ...changes, host, stranger, prober, read, samples, probe, deliver };
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
