/** Makes the attacks: each forged request must be refused, and must have changed nothing. */
import { randomBytes, randomUUID } from "node:crypto";
import { eventIn } from "../contract/lifecycle.ts";
import type { Exchange } from "../exchange.ts";
import { Blocked, NotApplicable, failed, passed } from "../outcome.ts";
import type { Outcome } from "../outcome.ts";
import type { Stage } from "../stage.ts";
import { signWebhook } from "../tenant.ts";
import type { Tenant, Webhook } from "../tenant.ts";
import { complainUnlessAccepted, complainUnlessRefused, listLeaks, remarkOnRefusal } from "../verdict.ts";
import { LIFECYCLE_ATTACKS, bringsIn } from "./install-attacks.ts";
import type { LifecycleAttack } from "./install-attacks.ts";
import type { Scene, Shot } from "./scene.ts";
import { WEBHOOK_ATTACKS, attackAsGone } from "./webhook-attacks.ts";
import type { WebhookAttack } from "./webhook-attacks.ts";

type Check = (stage: Stage) => Promise<Outcome>;

/** What became of one forged request. */
interface Hit {
  readonly complaint: string | undefined;
  readonly remark: string | undefined;
  readonly evidence: readonly Exchange[];
}

const attackWebhook =
  (attack: WebhookAttack): Check =>
  async (stage) => {
    const scene = await prepareScene(stage);
    await requireControl(stage, scene);
    const hits: Hit[] = [];
    for (const shot of attack(scene, await stage.probe())) hits.push(await fire(stage, shot));
    return conclude(hits);
  };

/**
 * The genuine webhook of the same second is accepted: a refusal that follows is for what was forged. An add-on that remembers
 * what it has verified then knows the claims of the forged tokens.
 *
 * @throws {Blocked} if it is not accepted
 */
async function requireControl(stage: Stage, { nowSeconds }: Scene): Promise<void> {
  const control = await stage.deliver("a genuine webhook", { at: nowSeconds * 1000 });
  const complaint = complainUnlessAccepted(control.reply, stage.prober.limitMs);
  if (complaint !== undefined) throw new Blocked(`a genuine webhook just before ${complaint}`);
}

const useGoneSecret: Check = async (stage) => {
  const scene = await prepareScene(stage);
  const gone = await leftTenant(stage);
  return conclude([await fire(stage, attackAsGone(scene, await stage.probe(), gone))]);
};

const attackLifecycle =
  ({ on, shots, isAuthentic }: LifecycleAttack): Check =>
  async (stage) => {
    const scene = await prepareScene(stage);
    if (scene.lifecycle[on] === undefined) throw new NotApplicable(`no ${on} callback declared`);
    const hits: Hit[] = [];
    for (const shot of shots(scene)) {
      hits.push(await fireAtSite(stage, shot, bringsIn(shot)));
      // One way in is enough, and the site has to be put in order after each.
      if (hits.at(-1)?.complaint !== undefined) break;
    }
    return conclude(isAuthentic === true ? hits.map((hit) => ({ ...hit, remark: undefined })) : hits);
  };

/** Replays the first `installed` callback after the secret has been rotated. */
const replayInstall: Check = async (stage) => {
  await prepareScene(stage);
  const { calls } = await stage.install("own");
  if (stage.previousSecret() === undefined) await stage.rotate(true);
  // The secret that it brings can still be valid for webhooks that are late.
  return conclude([
    await fireAtSite(stage, installIn(calls, "the first install of the site, once more"), undefined),
  ]);
};

const replayAfterUninstall: Check = async (stage) => {
  await prepareScene(stage);
  await leftTenant(stage);
  const { calls } = await stage.install("gone");
  const shot = installIn(calls, "the install of a site that has uninstalled the add-on");
  return conclude([await fireAtSite(stage, shot, bringsIn(shot))]);
};

const lookForLeaks: Check = (stage) => {
  const leaks = stage.prober
    .exchanges()
    .flatMap((exchange) => listLeaks(exchange.reply, stage.secrets()).map((leak) => ({ exchange, leak })));
  if (leaks.length === 0) return Promise.resolve(passed());
  const found = [...new Set(leaks.map(({ leak }) => leak))].join(" and ");
  const [first] = leaks;
  return Promise.resolve(
    failed(
      `${leaks.length} ${leaks.length === 1 ? "response has" : "responses have"} ${found}`,
      ...(first === undefined ? [] : [first.exchange]),
    ),
  );
};

export const ATTACK_CHECKS = {
  ...(mapValues(WEBHOOK_ATTACKS, attackWebhook) satisfies Record<string, Check>),
  ...(mapValues(LIFECYCLE_ATTACKS, attackLifecycle) satisfies Record<string, Check>),
  "token.uninstalled": useGoneSecret,
  "install.replayed": replayInstall,
  "install.replayed-after-uninstall": replayAfterUninstall,
  "response.leaks": lookForLeaks,
} as const;

function mapValues<Key extends string, Value>(
  from: Readonly<Record<Key, Value>>,
  map: (value: Value) => Check,
): Readonly<Record<Key, Check>> {
  const entries = Object.entries<Value>(from).map(([key, value]) => [key, map(value)] as const);
  return Object.fromEntries(entries) as Record<Key, Check>;
}

/** @throws {NotApplicable} if the add-on has no secret that could be attacked */
async function prepareScene(stage: Stage): Promise<Scene> {
  const { descriptor } = await stage.read();
  if (descriptor.authentication.type === "none") throw new NotApplicable("the add-on has no authentication");
  const own = await stage.tenant("own");
  const other = await stage.tenant("other");
  if (own.sharedSecret === "") throw new NotApplicable("no shared secret");
  return {
    addonKey: descriptor.key,
    baseUrl: descriptor.baseUrl,
    audience: descriptor.writtenBaseUrl ?? descriptor.baseUrl,
    lifecycle: descriptor.lifecycle,
    hostUrl: stage.host.url,
    own,
    other,
    hostKey: stage.host.key,
    stranger: stage.stranger,
    madeUp: { clientKey: randomUUID(), sharedSecret: randomBytes(48).toString("base64url") },
    nowSeconds: Math.floor(Date.now() / 1000),
  };
}

async function leftTenant(stage: Stage): Promise<Tenant> {
  const { descriptor } = await stage.read();
  if (descriptor.lifecycle.uninstalled === undefined) {
    throw new NotApplicable("no uninstalled callback declared, so the add-on can't know");
  }
  return (await stage.leave()).tenant;
}

function installIn(calls: readonly Exchange[], what: string): Shot {
  const call = calls.find((each) => eventIn(each) === "installed");
  if (call === undefined) throw new NotApplicable("no installed callback declared");
  return { what, request: call.request };
}

async function fire({ prober }: Stage, { what, request }: Shot): Promise<Hit> {
  const exchange = await prober.send(what, request);
  const complaint = complainUnlessRefused(exchange.reply);
  return {
    complaint: complaint === undefined ? undefined : `${what}: ${complaint}`,
    remark: remarkOnRefusal(exchange.reply),
    evidence: [exchange],
  };
}

/** Sends a forged callback, looks for what it changed, and puts the site in order again. */
async function fireAtSite(
  stage: Stage,
  shot: Shot,
  brought: Pick<Tenant, "clientKey" | "sharedSecret"> | undefined,
): Promise<Hit> {
  const hit = await fire(stage, shot);
  const webhook = await stage.probe().catch((error: unknown) => {
    if (error instanceof NotApplicable || error instanceof Blocked) return undefined;
    throw error;
  });
  const traces = webhook === undefined ? [] : await findTraces(stage, shot.what, webhook, brought);
  if (hit.complaint === undefined && traces.length === 0) return hit;
  await repair(stage, webhook);
  const texts = [hit.complaint ?? `${shot.what}: refused`, ...traces.map(({ text }) => text)];
  return {
    ...hit,
    complaint: texts.join(", and "),
    evidence: [...hit.evidence, ...traces.map(({ exchange }) => exchange)],
  };
}

async function findTraces(
  stage: Stage,
  what: string,
  webhook: Webhook,
  brought: Pick<Tenant, "clientKey" | "sharedSecret"> | undefined,
): Promise<readonly { readonly text: string; readonly exchange: Exchange }[]> {
  const { baseUrl } = (await stage.read()).descriptor;
  const genuine = await stage.deliver(`a genuine webhook after ${what}`);
  const lost = complainUnlessAccepted(genuine.reply, stage.prober.limitMs);
  const traces =
    lost === undefined ? [] : [{ text: `the site's genuine webhooks then ${lost}`, exchange: genuine }];
  if (brought === undefined) return traces;
  const deliverAs = (sharedSecret: string, by: string) =>
    stage.prober.send(
      by,
      signWebhook({ clientKey: brought.clientKey, sharedSecret }, webhook, {
        id: `dlv_${randomUUID()}`,
        baseUrl,
        at: Date.now(),
      }),
    );
  const exchange = await deliverAs(brought.sharedSecret, `a webhook with the secret of ${what}`);
  const taken = complainUnlessRefused(exchange.reply);
  if (taken === undefined) return traces;
  // Webhooks that are accepted with any secret don't show what the callback did.
  const control = await deliverAs(randomBytes(48).toString("base64url"), "a webhook with a secret of nobody");
  return complainUnlessRefused(control.reply) === undefined
    ? [...traces, { text: `a webhook with the secret that it brought is ${taken}`, exchange }]
    : traces;
}

/** A new secret undoes a takeover; a new install undoes an uninstall. */
async function repair(stage: Stage, webhook: Webhook | undefined): Promise<void> {
  await stage.rotate();
  if (webhook === undefined) return;
  const { reply } = await stage.deliver("a genuine webhook");
  if (complainUnlessAccepted(reply, stage.prober.limitMs) !== undefined) await stage.reinstall();
}

function conclude(hits: readonly Hit[]): Outcome {
  const complaints = hits.flatMap(({ complaint }) => complaint ?? []);
  if (complaints.length === 0) return passed(...new Set(hits.flatMap(({ remark }) => remark ?? [])));
  const evidence = hits.filter(({ complaint }) => complaint !== undefined).flatMap((hit) => hit.evidence);
  return failed(complaints.join("; "), ...evidence);
}
