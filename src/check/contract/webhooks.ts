/** Contract: the descriptor, and the webhooks that a host sends. */
import { randomUUID } from "node:crypto";
import { CallboardError } from "../../errors.ts";
import { NotApplicable, failed, passed } from "../outcome.ts";
import type { Outcome } from "../outcome.ts";
import { withLongText, withOtherIdentities, withUnknownMembers } from "../samples.ts";
import type { Stage } from "../stage.ts";
import { signWebhook } from "../tenant.ts";
import type { Webhook } from "../tenant.ts";
import { complainAboutWord, complainUnlessRefused, remarkOnRefusal } from "../verdict.ts";
import { mustAccept } from "./accepting.ts";

type Check = (stage: Stage) => Promise<Outcome>;

/** The size of a body that a busy issue has: hosts send up to 25 MB. */
const LARGE_BYTES = 1024 * 1024;
/** A slow network: long enough for a careless time limit, short enough for the run. */
const SLOW = { pieces: 8, overMs: 1_500 };
const MAX_REORDERED = 40;

export const DESCRIPTOR_CHECKS = {
  "descriptor.valid": async (stage) => {
    try {
      await stage.read();
      return passed();
    } catch (error) {
      if (!(error instanceof CallboardError)) throw error;
      const problems = error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
      return failed([error.message, ...problems.filter((text) => !error.message.includes(text))].join("; "));
    }
  },
  "descriptor.warnings": async (stage) => {
    const { warnings } = await stage.read();
    if (warnings.length === 0) return passed();
    return failed(warnings.map(({ pointer, detail }) => `${pointer} ${detail}`).join("; "));
  },
  "descriptor.authentication": async (stage) => {
    const { descriptor } = await stage.read();
    return descriptor.authentication.type === "none"
      ? failed("authentication.type is none, so that anyone can send the add-on events")
      : passed();
  },
} satisfies Record<string, Check>;

export const WEBHOOK_CHECKS = {
  "webhook.events": async (stage) => {
    const { sent, unknown, left } = await stage.samples();
    if (sent.length === 0) throw new NotApplicable("no webhook of a known event type declared");
    return mustAccept(
      sent.map(({ exchange }) => exchange),
      stage.prober.limitMs,
      ...(unknown.length === 0 ? [] : [`not sent, because no sample is known: ${unknown.join(", ")}`]),
      ...(left === 0 ? [] : [`${left} more webhooks were not sent`]),
    );
  },
  "webhook.retry": async (stage) => {
    const id = newId();
    const first = await stage.deliver("the first attempt", { id });
    const retry = await stage.deliver("the retry with the same identifier", { id, retry: 1 });
    return mustAccept([first, retry], stage.prober.limitMs);
  },
  "webhook.duplicate": async (stage) => {
    const id = newId();
    const [one, other] = await Promise.all([
      stage.deliver("a delivery", { id }),
      stage.deliver("the same delivery at the same time", { id }),
    ]);
    const later = await stage.deliver("the same delivery afterwards", { id });
    return mustAccept([one, other, later], stage.prober.limitMs);
  },
  "webhook.redelivery": async (stage) => {
    const id = newId();
    const at = Date.now();
    const first = await stage.deliver("a delivery", { id, at });
    // The signature of a later second tells a redelivery from the request that somebody caught.
    const again = { id, redelivery: 1, at: at + 1_000 };
    const redelivered = await stage.deliver("the redelivery", again);
    return mustAccept([first, redelivered], stage.prober.limitMs);
  },
  "webhook.sequence": async (stage) => {
    const exchanges = [];
    for (const sequence of [1, 2, 4])
      exchanges.push(await stage.deliver(`number ${sequence} of a key`, { sequence }));
    return mustAccept(exchanges, stage.prober.limitMs);
  },
  "webhook.word": async (stage) => {
    const { sent } = await stage.samples();
    if (sent.length === 0) throw new NotApplicable("no webhook of a known event type declared");
    for (const { exchange } of sent) {
      const complaint = complainAboutWord(exchange.reply);
      if (complaint !== undefined) return failed(`${exchange.what} ${complaint}`, exchange);
    }
    return passed();
  },
  "webhook.order": async (stage) => {
    const { sent } = await stage.samples();
    const accepted = sent.filter(
      ({ exchange: { reply } }) => reply.kind === "response" && reply.status < 300,
    );
    if (accepted.length === 0) throw new NotApplicable("no webhook accepts its sample");
    const exchanges = [];
    for (const { role, webhook } of accepted.toReversed().slice(0, MAX_REORDERED)) {
      const body = withOtherIdentities(webhook.body);
      const what = `${webhook.event} of something that was never announced`;
      exchanges.push(await stage.deliver(what, { role, webhook, body }));
    }
    return mustAccept(exchanges, stage.prober.limitMs);
  },
  "webhook.slow-body": async (stage) => {
    const webhook = await probeWithBody(stage);
    const slow = await stage.deliver(`a body that takes ${SLOW.overMs} ms`, { webhook, pacing: SLOW });
    return mustAccept([slow], stage.prober.limitMs);
  },
  "webhook.large-body": async (stage) => {
    const webhook = await probeWithBody(stage);
    const body = withLongText(webhook.body, LARGE_BYTES);
    return mustAccept([await stage.deliver("a body of 1 MiB", { webhook, body })], stage.prober.limitMs);
  },
  "webhook.unknown-fields": async (stage) => {
    const webhook = await probeWithBody(stage);
    const body = withUnknownMembers(webhook.body);
    const sent = await stage.deliver("a body with unknown members", { webhook, body });
    return mustAccept([sent], stage.prober.limitMs);
  },
  "webhook.body-signature": async (stage) => {
    const webhook = await probeWithBody(stage);
    const { baseUrl } = (await stage.read()).descriptor;
    const tenant = await stage.tenant("own");
    if (tenant.sharedSecret === "") throw new NotApplicable("no shared secret");
    const changed = await stage.prober.send("a body that was changed on its way", {
      ...signWebhook(tenant, webhook, { id: newId(), baseUrl, at: Date.now() }),
      body: withUnknownMembers(webhook.body),
    });
    const complaint = complainUnlessRefused(changed.reply);
    if (complaint !== undefined) return failed(`${changed.what} was ${complaint}`, changed);
    return passed(...[remarkOnRefusal(changed.reply)].filter((remark) => remark !== undefined));
  },
} satisfies Record<string, Check>;

/** @throws {NotApplicable} if every webhook that accepts its sample excludes the body */
async function probeWithBody(stage: Stage): Promise<Webhook> {
  const webhook = await stage.probe();
  if (!webhook.excludesBody) return webhook;
  const { sent } = await stage.samples();
  const other = sent.find(
    ({ role, webhook: each, exchange: { reply } }) =>
      role === "own" && !each.excludesBody && reply.kind === "response" && reply.status < 300,
  );
  if (other === undefined) throw new NotApplicable("no webhook with a body");
  return other.webhook;
}

const newId = () => `dlv_${randomUUID()}`;
