/** Outgoing webhooks, which users configure. Every change is one transaction with one audit entry. */
import { findFormat } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { parseFiltersAhead } from "../../filters/ahead.ts";
import { SECRET_REPLACED, isSecretLost } from "../../model/lost-secrets.ts";
import type { AccessToken } from "../../model/access-token.ts";
import { deleteAccessToken, saveAccessToken } from "../../store/tables/access-tokens.ts";
import { appendAudit } from "../../store/tables/audit.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Queryable, Transaction } from "../../store/db/database.ts";
import { postponeWaiting } from "../../store/tables/deliveries.ts";
import type { Announcement } from "../../store/tables/announcement.ts";
import type { Seal } from "../../store/seal.ts";
import type { Receiver } from "../../model/endpoint.ts";
import { resumeReceiver } from "../../store/tables/endpoint-life.ts";
import { listReceiverEndpoints, listNumbers } from "../../store/tables/endpoints.ts";
import { formatWebhookId } from "../../model/ids.ts";
import { pageFrom, requireNumberCursor } from "../../model/cursor.ts";
import type { PageRequest } from "../../model/cursor.ts";
import type { ListPage } from "../../model/list-page.ts";
import type { Portal } from "../../model/portal.ts";
import { listPublicKeys } from "../../model/public-keys.ts";
import type { WebhookPublicKey } from "../../model/public-keys.ts";
import { lastAttempts } from "../../store/tables/last-attempts.ts";
import type { LastAttempt } from "../../store/tables/last-attempts.ts";
import { loadSite, raiseVersion } from "../../store/tables/sites.ts";
import { listWebhookSubscriptions } from "../../store/tables/subscriptions.ts";
import {
  findWebhook,
  listWebhookPage,
  listWebhooks,
  listWebhooksByNumber,
  newWebhookNo,
  saveWebhook,
} from "../../store/tables/webhooks.ts";
import { recordResumed } from "../endpoint-records.ts";
import { createKeyedMutex } from "../../../keyed-mutex.ts";
import type { OutgoingContext } from "./context.ts";
import { accessAfter, tryClient } from "./access.ts";
import { chooseRoutingKey } from "./format-values.ts";
import { requireSecret, secretsAfter, toSecretWish } from "./secret.ts";
import type { SecretWish } from "./secret.ts";
import { subscribeWebhook, unsubscribe } from "./subscriptions.ts";
import { checkValues, unsignedWarning } from "./values.ts";
import type { CheckedValues, WebhookValues, WebhookWarning } from "./values.ts";
import { listDeprecations } from "../../model/deprecation.ts";
import type { Deprecation } from "../../model/deprecation.ts";
import type { Site } from "../../model/site.ts";
import { hasKeyPair } from "../../model/webhook.ts";
import type { Webhook } from "../../model/webhook.ts";

/** A webhook with how its last attempt went; undefined when there was none. */
export interface ShownWebhook {
  readonly webhook: Webhook;
  readonly last: LastAttempt | undefined;
  /** The deprecated event types that it names. */
  readonly deprecations: readonly Deprecation[];
  /** Keys of the signature ed25519. */
  readonly publicKeys: readonly WebhookPublicKey[];
}

export interface ChangedWebhook extends ShownWebhook {
  readonly warnings: readonly WebhookWarning[];
  /** The secret that was made for this request; the only time it is shown. */
  readonly newSecret: string | undefined;
}

/** Methods throw SITE_NOT_FOUND, those that take a webhook's number WEBHOOK_NOT_FOUND, those that take values what {@link checkValues} throws. */
export interface Outgoing {
  /** All webhooks of the site, oldest first. */
  readonly list: (siteKey: string) => Promise<readonly ShownWebhook[]>;
  /** A page of the webhooks of the site, or of those of a portal, oldest first. @throws {CallboardError} QUERY_INVALID */
  readonly page: (
    siteKey: string,
    page: PageRequest,
    portal: Portal | undefined,
  ) => Promise<ListPage<ShownWebhook>>;
  readonly show: (siteKey: string, no: number) => Promise<ShownWebhook>;
  /** The webhooks with these numbers, oldest first, without those that were removed. */
  readonly showMany: (siteKey: string, nos: readonly number[]) => Promise<readonly ShownWebhook[]>;
  /**
   * @param within is part of the transaction that makes it
   * @throws {CallboardError} URL_UNVERIFIED if the URL was to be checked and did not pass
   */
  readonly create: (
    siteKey: string,
    values: WebhookValues,
    by: Author,
    within?: (tx: Transaction, webhook: Webhook) => Promise<void>,
  ) => Promise<ChangedWebhook>;
  /** Replaces every value, the secret excepted. What waits goes out with the new values. */
  readonly edit: (siteKey: string, no: number, values: WebhookValues, by: Author) => Promise<ChangedWebhook>;
  /** What waits fails as `unsubscribed`; the delivery log stays. Resolves to the webhook as it was. */
  readonly remove: (siteKey: string, no: number, by: Author) => Promise<ShownWebhook>;
  /** A new secret; the one before signs beside it for 24 h. */
  readonly rotateSecret: (siteKey: string, no: number, by: Author) => Promise<ChangedWebhook>;
  /** The webhook that these values would make, or make of the one with this number. Nothing is saved. */
  readonly draft: (siteKey: string, values: WebhookValues, no?: number) => Promise<Webhook>;
}

const NEW_SECRET = { kind: "new" } as const;
const NO_ACCESS = { headers: undefined, authentication: undefined, tls: undefined } as const;

export function createOutgoing(context: OutgoingContext): Outgoing {
  const { announcer, database, seal, now } = context;
  const inTurn = createKeyedMutex();
  const readSite = (siteKey: string) => loadSite(database.read, siteKey);

  async function load(q: Queryable, site: Site, no: number): Promise<Webhook> {
    const webhook = await findWebhook(q, seal, site.no, no);
    if (webhook === undefined) throw notFound(formatWebhookId(site.no, no));
    return webhook;
  }

  const shown = async (webhook: Webhook, site: Site): Promise<ShownWebhook> =>
    toShown(webhook, await lastAttempts(database.read, webhook.siteNo, [webhook.no]), { site, context });

  async function changed(
    webhook: Webhook,
    site: Site,
    wish: SecretWish,
    warnings: readonly WebhookWarning[],
  ) {
    await context.changed(webhook.siteNo);
    // A private key is shown to nobody.
    const newSecret = wish.kind === "new" && !hasKeyPair(webhook.signature) ? webhook.secret : undefined;
    const signature = unsignedWarning(webhook);
    return {
      ...(await shown(webhook, site)),
      warnings: signature === undefined ? warnings : [...warnings, signature],
      newSecret,
    };
  }

  const create: Outgoing["create"] = async (siteKey, values, by, within) => {
    const site = await readSite(siteKey);
    const checked = await check(values, site, context);
    const draft = { ...toWebhook(checked, { site, no: 0, before: undefined, now: now() }), ...authors(by) };
    const token = await tryClient(draft, undefined, context);
    if (values.verify !== undefined) await context.checkReceiver(draft, values.verify, token);
    const webhook = await database.write(async (tx) => {
      const made = { ...draft, no: await newWebhookNo(tx) };
      await keep(tx, seal, made, { origin: checked.origin, token });
      await record(tx, { action: "created", webhook: made, site, by });
      await within?.(tx, made);
      return made;
    });
    return changed(webhook, site, chooseSecret(checked, undefined), checked.warnings);
  };

  async function edit(
    siteKey: string,
    no: number,
    values: WebhookValues,
    by: Author,
  ): Promise<ChangedWebhook> {
    const site = await readSite(siteKey);
    const checked = await check(values, site, context);
    return inTurn(`${siteKey}/${no}`, async () => {
      const before = await load(database.read, site, no);
      const wish = chooseSecret(checked, before);
      if (checked.active) requireSecret(before, wish);
      const webhook = { ...toWebhook(checked, { site, no, before, now: now() }), updatedBy: by.actor };
      const resumes = webhook.active && !before.active;
      const receiver = { kind: "webhook", webhookNo: no } as const;
      const token = await tryClient(webhook, before, context);
      await database.write(async (tx) => {
        await announcer.prepare(tx);
        await keep(tx, seal, webhook, { origin: checked.origin, token });
        if (resumes) await makeDue(tx, site.no, receiver, now());
        if (resumes || webhook.url !== before.url) {
          const resumed = await resumeReceiver(tx, site.no, receiver, now());
          await recordResumed(tx, { site, resumed, by, context });
        }
        await record(tx, { action: "changed", webhook, site, by });
      });
      return changed(webhook, site, wish, checked.warnings);
    });
  }

  async function remove(siteKey: string, no: number, by: Author): Promise<ShownWebhook> {
    const site = await readSite(siteKey);
    return inTurn(`${siteKey}/${no}`, async () => {
      const webhook = await load(database.read, site, no);
      await database.write(async (tx) => {
        await saveWebhook(tx, seal, {
          ...webhook,
          ...secretsAfter({ wish: { kind: "none" }, signature: webhook.signature, now: now() }),
          ...NO_ACCESS,
          removedAt: now(),
          updatedAt: now(),
          updatedBy: by.actor,
        });
        await deleteAccessToken(tx, site.no, no);
        await unsubscribe(tx, site.no, listNumbers(await listWebhookSubscriptions(tx, site.no, no)));
        await raiseVersion(tx, site.no);
        await record(tx, { action: "removed", webhook, site, by });
      });
      await context.changed(site.no);
      return shown(webhook, site);
    });
  }

  async function rotateSecret(siteKey: string, no: number, by: Author): Promise<ChangedWebhook> {
    const site = await readSite(siteKey);
    return inTurn(`${siteKey}/${no}`, async () => {
      const before = await load(database.read, site, no);
      requireSigned(findFormat(context.catalogue.get(site.product), before.format));
      const webhook = {
        ...before,
        ...secretsAfter({ wish: NEW_SECRET, signature: before.signature, now: now() }, before),
        ...(isSecretLost(before) ? { inactiveBecause: SECRET_REPLACED } : {}),
        updatedAt: now(),
        updatedBy: by.actor,
      };
      await database.write(async (tx) => {
        await announcer.prepare(tx);
        await saveWebhook(tx, seal, webhook);
        await raiseVersion(tx, site.no);
        await record(tx, { action: "secret-rotated", webhook, site, by });
        await announcer.announce(tx, [toRotation(webhook, by, now())]);
      });
      return changed(webhook, site, NEW_SECRET, []);
    });
  }

  return {
    list: async (siteKey) => listShown(await readSite(siteKey), context),
    page: async (siteKey, page, portal) => listShownPage(await readSite(siteKey), page, portal, context),
    show: async (siteKey, no) => {
      const site = await readSite(siteKey);
      return shown(await load(database.read, site, no), site);
    },
    showMany: async (siteKey, nos) => showSome(await readSite(siteKey), nos, context),
    create,
    edit,
    remove,
    rotateSecret,
    draft: async (siteKey, values, no) => {
      const site = await readSite(siteKey);
      const checked = await check(values, site, context);
      if (no === undefined) return toWebhook(checked, { site, no: 0, before: undefined, now: now() });
      const before = await load(database.read, site, no);
      requireSecret(before, chooseSecret(checked, before));
      return toWebhook(checked, { site, no, before, now: now() });
    },
  };
}

async function listShown(site: Site, context: OutgoingContext): Promise<readonly ShownWebhook[]> {
  const { read } = context.database;
  const last = await lastAttempts(read, site.no);
  const all = await listWebhooks(read, context.seal, site.no);
  return all
    .filter(({ removedAt }) => removedAt === undefined)
    .map((webhook) => toShown(webhook, last, { site, context }));
}

async function listShownPage(
  site: Site,
  { limit, cursor }: PageRequest,
  portal: Portal | undefined,
  context: OutgoingContext,
): Promise<ListPage<ShownWebhook>> {
  const { read } = context.database;
  const after = cursor === undefined ? 0 : requireNumberCursor(cursor, 9);
  // The portal of a vendor has none.
  if (portal?.kind === "vendor") return { items: [], next: undefined };
  const found = await listWebhookPage(read, context.seal, {
    siteNo: site.no,
    after,
    owner: portal?.owner,
    limit: limit + 1,
  });
  const { items, next } = pageFrom(found, limit, ({ no }) => String(no));
  const last = await lastAttempts(
    read,
    site.no,
    items.map(({ no }) => no),
  );
  return { items: items.map((webhook) => toShown(webhook, last, { site, context })), next };
}

async function showSome(
  site: Site,
  nos: readonly number[],
  context: OutgoingContext,
): Promise<readonly ShownWebhook[]> {
  const { read } = context.database;
  const last = await lastAttempts(read, site.no, nos);
  const some = await listWebhooksByNumber(read, context.seal, site.no, nos);
  return some.map((webhook) => toShown(webhook, last, { site, context }));
}

function toShown(
  webhook: Webhook,
  last: Awaited<ReturnType<typeof lastAttempts>>,
  { site, context }: { readonly site: Site; readonly context: Pick<OutgoingContext, "catalogue" | "now"> },
): ShownWebhook {
  return {
    webhook,
    last: last.get(webhook.no),
    deprecations: listDeprecations(context.catalogue.get(site.product), webhook.events ?? []),
    publicKeys: listPublicKeys(webhook, context.now()),
  };
}

const notFound = (id: string) => new CallboardError("WEBHOOK_NOT_FOUND", `There is no webhook ${id}`);

const authors = ({ actor }: Author) => ({ createdBy: actor, updatedBy: actor });

interface ToWebhookOptions {
  readonly site: Site;
  readonly no: number;
  readonly before: Webhook | undefined;
  readonly now: number;
}

function toWebhook(checked: CheckedValues, { site, no, before, now }: ToWebhookOptions): Webhook {
  const {
    origin: _origin,
    warnings: _warnings,
    secret: _secret,
    access: _access,
    shape,
    ...values
  } = checked;
  const wish = chooseSecret(checked, before);
  return {
    ...values,
    owner: checked.owner === undefined ? before?.owner : (checked.owner ?? undefined),
    routingKey: chooseRoutingKey(checked.routingKey, shape, before),
    siteNo: site.no,
    no,
    ...secretsAfter({ wish, signature: values.signature, now }, before),
    ...accessAfter({ ...checked, now }, before),
    inactiveBecause: values.active ? undefined : reasonAfter(wish, before),
    goneSince: values.active ? undefined : before?.goneSince,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    createdBy: before?.createdBy ?? "",
    updatedBy: before?.updatedBy ?? "",
    removedAt: undefined,
  };
}

function chooseSecret({ secret, signature }: CheckedValues, before: Webhook | undefined): SecretWish {
  return toSecretWish(secret, signature, before?.secret);
}

function reasonAfter(secret: SecretWish, before: Webhook | undefined): string {
  if (before !== undefined && isSecretLost(before) && secret.kind !== "keep") return SECRET_REPLACED;
  return before?.inactiveBecause ?? "deactivated by a user";
}

interface RecordOptions {
  readonly action: string;
  readonly webhook: Webhook;
  readonly site: Site;
  readonly by: Author;
}

async function record(tx: Queryable, { action, webhook: { siteNo, no, name }, site, by }: RecordOptions) {
  const object = `${site.key}/${formatWebhookId(siteNo, no)}`;
  await appendAudit(tx, { ...by, action: `webhook.${action}`, object, detail: name });
}

interface Kept {
  readonly origin: string;
  /** The first access token of a client that was tried. */
  readonly token: AccessToken | undefined;
}

/** Saves a webhook and its subscriptions, in a transaction of the caller. */
async function keep(tx: Queryable, seal: Seal, webhook: Webhook, { origin, token }: Kept): Promise<void> {
  const { siteNo, no: webhookNo, authentication } = webhook;
  await saveWebhook(tx, seal, webhook);
  if (authentication?.value.kind !== "oauth2") await deleteAccessToken(tx, siteNo, webhookNo);
  else if (token !== undefined) {
    await saveAccessToken(tx, seal, { siteNo, webhookNo, since: authentication.since }, token);
  }
  await subscribeWebhook(tx, webhook, origin);
  await raiseVersion(tx, webhook.siteNo);
}

/** Makes the deliveries due that were held while the webhook was inactive. */
async function makeDue(tx: Queryable, siteNo: number, receiver: Receiver, now: number): Promise<void> {
  const endpointNos = listNumbers(await listReceiverEndpoints(tx, siteNo, receiver));
  await postponeWaiting(tx, { siteNo, endpointNos, dueAt: now, now });
}

async function check(values: WebhookValues, site: Site, context: OutgoingContext): Promise<CheckedValues> {
  if (values.filter !== undefined) await parseFiltersAhead([values.filter]);
  return checkValues(values, site, context);
}

const toRotation = ({ siteNo, no }: Webhook, by: Author, now: number): Announcement => ({
  event: "key.rotated",
  siteNo,
  about: { kind: "receiver", receiver: { kind: "webhook", webhookNo: no } },
  facts: { state: "rotated", since: now, key: "webhook-secret", by: by.actor },
});

function requireSigned({ name, isNameAndUrl }: ReturnType<typeof findFormat>): void {
  if (isNameAndUrl === true) throw new CallboardError("WEBHOOK_FORMAT", `${name}'s webhooks are not signed`);
}
