/**
 * Makes listeners and ends them: a program takes the place of a receiver for as long as it runs. It gets a temporary outgoing webhook of
 * its own, or an add-on's deliveries.
 */
import { findFormat } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import type { Receiver } from "../model/endpoint.ts";
import { formatId, newUuid } from "../model/ids.ts";
import { MAX_OF_SITE, MAX_OF_TOKEN, TEMPORARY_URL } from "../model/listener.ts";
import type { Listener } from "../model/listener.ts";
import { formatReceiverId } from "../model/receiver.ts";
import type { Site } from "../model/site.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import { recordResumed } from "../registry/endpoint-records.ts";
import type { Outgoing } from "../registry/outgoing/outgoing.ts";
import type { WebhookWarning } from "../registry/outgoing/values.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Transaction } from "../store/db/database.ts";
import { resumeReceiver } from "../store/tables/endpoint-life.ts";
import { deleteListener, insertListener, listListeners } from "../store/tables/listeners.ts";
import type { Exchange } from "./exchange.ts";

export interface ListenerWish {
  /** Base URL that the program forwards to. It is shown, and nothing is sent there. */
  readonly forwardTo: string;
  /** The add-on whose deliveries it takes over; a temporary webhook of its own when left out. */
  readonly addonKey?: string | undefined;
  /** Of a temporary webhook: every event type when left out. */
  readonly events?: readonly string[] | undefined;
}

export interface MadeListener {
  readonly listener: Listener;
  /** Signs what the temporary webhook sends; the only time it is shown. */
  readonly secret: string | undefined;
  readonly warnings: readonly WebhookWarning[];
}

/** The token that a listener is made and used with. */
export interface ListenerOwner extends Author {
  readonly tokenId: string;
}

export interface ListenerChanges {
  /** @throws CallboardError ADDON_NOT_FOUND, ADDON_STATE, LISTENER_EXISTS, LIMIT_REACHED, and as a webhook's values do */
  readonly create: (site: SiteSnapshot, wish: ListenerWish, by: ListenerOwner) => Promise<MadeListener>;
  /** Does nothing if it has ended already. The listener is told the reason. */
  readonly end: (listener: Listener, by: Author, reason: string) => Promise<void>;
}

export interface ListenerChangesParts extends Pick<
  HostContext,
  "database" | "snapshots" | "announcer" | "changed" | "logger" | "now"
> {
  readonly exchange: Pick<Exchange, "letGo">;
  readonly outgoing: Pick<Outgoing, "create" | "remove">;
}

const MAX_NAME_LENGTH = 200;

export function createListenerChanges(parts: ListenerChangesParts): ListenerChanges {
  const { database, snapshots, announcer, exchange, outgoing, logger, now } = parts;

  async function requireCapacity(siteNo: number, tokenId: string): Promise<void> {
    const all = await listListeners(database.read);
    if (all.filter((each) => each.tokenId === tokenId).length >= MAX_OF_TOKEN)
      throw new CallboardError("LIMIT_REACHED", `This token has ${MAX_OF_TOKEN} listeners already`);
    if (all.filter((each) => each.siteNo === siteNo).length >= MAX_OF_SITE)
      throw new CallboardError("LIMIT_REACHED", `The site has ${MAX_OF_SITE} listeners already`);
  }

  const toListener = (siteNo: number, receiver: Receiver, forwardTo: string, by: ListenerOwner) => ({
    id: newUuid(),
    siteNo,
    receiver,
    forwardTo,
    tokenId: by.tokenId,
    createdBy: by.actor,
    createdAt: now(),
    seenAt: now(),
    connection: undefined,
  });

  async function listenAsWebhook(
    { site, product }: SiteSnapshot,
    { forwardTo, events }: ListenerWish,
    by: ListenerOwner,
  ): Promise<MadeListener> {
    const isNameAndUrl = findFormat(product, "").isNameAndUrl === true;
    let listener: Listener | undefined;
    const { newSecret, warnings } = await outgoing.create(
      site.key,
      {
        name: `callboard listen by ${by.actor}`.slice(0, MAX_NAME_LENGTH),
        url: TEMPORARY_URL,
        events,
        secret: { kind: isNameAndUrl ? "none" : "new" },
        ...(isNameAndUrl ? {} : { description: `Temporary. Forwards to ${forwardTo}` }),
      },
      by,
      async (tx, { no }) => {
        listener = toListener(site.no, { kind: "webhook", webhookNo: no }, forwardTo, by);
        await insertListener(tx, listener, now());
      },
    );
    if (listener === undefined) throw new Error("a webhook was made without its listener");
    return { listener, secret: newSecret, warnings };
  }

  async function takeOver(
    snapshot: SiteSnapshot,
    addonKey: string,
    forwardTo: string,
    by: ListenerOwner,
  ): Promise<MadeListener> {
    const { site } = snapshot;
    requireEnabled(snapshot, addonKey);
    const listener = toListener(site.no, { kind: "addon", addonKey }, forwardTo, by);
    await database.write(async (tx) => {
      await announcer.prepare(tx);
      await resume(tx, snapshot, listener, by);
      if (!(await insertListener(tx, listener, now()))) throw alreadyTaken(addonKey);
      await record(tx, { action: "addon.taken-over", listener, site, by });
    });
    await parts.changed(site.no);
    logger.info("addon.taken-over", { site: site.key, addon: addonKey, forwardTo, by: by.actor });
    return { listener, secret: undefined, warnings: [] };
  }

  /** A pause is for the one who failed before. */
  async function resume(tx: Transaction, { site }: SiteSnapshot, { receiver }: Listener, by: Author) {
    const resumed = await resumeReceiver(tx, site.no, receiver, now());
    await recordResumed(tx, { site, resumed, by, context: parts });
  }

  /** Resolves to false if it had ended. */
  function giveBack(listener: Listener, by: Author): Promise<boolean> {
    const snapshot = snapshots.get(listener.siteNo);
    return database.write(async (tx) => {
      await announcer.prepare(tx);
      if (snapshot !== undefined) await resume(tx, snapshot, listener, by);
      if (!(await deleteListener(tx, listener, now()))) return false;
      if (snapshot !== undefined && listener.receiver.kind === "addon")
        await record(tx, { action: "addon.given-back", listener, site: snapshot.site, by });
      return true;
    });
  }

  return {
    create: async (site, wish, by) => {
      await requireCapacity(site.site.no, by.tokenId);
      return wish.addonKey === undefined
        ? listenAsWebhook(site, wish, by)
        : takeOver(site, wish.addonKey, wish.forwardTo, by);
    },
    end: async (listener, by, reason) => {
      const { id, siteNo, receiver } = listener;
      exchange.letGo(id, reason);
      const site = snapshots.get(siteNo)?.site;
      if (site !== undefined && receiver.kind === "webhook")
        await outgoing.remove(site.key, receiver.webhookNo, by).catch(passOver("WEBHOOK_NOT_FOUND"));
      if (!(await giveBack(listener, by))) return;
      await parts.changed(siteNo);
      logger.info("listener.ended", { listener: formatId("lsn", siteNo, id), reason, by: by.actor });
    },
  };
}

/** @throws CallboardError ADDON_NOT_FOUND, ADDON_STATE */
function requireEnabled({ site, installations }: SiteSnapshot, addonKey: string): void {
  const state = installations.get(addonKey)?.state ?? "uninstalled";
  if (state === "uninstalled")
    throw new CallboardError(
      "ADDON_NOT_FOUND",
      `${JSON.stringify(addonKey)} is not installed on ${site.key}`,
    );
  if (state === "disabled")
    throw new CallboardError("ADDON_STATE", `${addonKey} is disabled, so it gets nothing. Enable it first`);
}

const alreadyTaken = (addonKey: string) =>
  new CallboardError(
    "LISTENER_EXISTS",
    `Another listener has the deliveries of ${addonKey}, until its command ends`,
  );

interface RecordOptions {
  readonly action: string;
  readonly listener: Listener;
  readonly site: Site;
  readonly by: Author;
}

async function record(tx: Transaction, { action, listener, site, by }: RecordOptions): Promise<void> {
  const { siteNo, receiver, forwardTo } = listener;
  const object = `${site.key}/${formatReceiverId(siteNo, receiver)}`;
  await appendAudit(tx, { ...by, action, object, detail: forwardTo });
}

const passOver =
  (code: ErrorCode) =>
  (error: unknown): void => {
    if (!(error instanceof CallboardError && error.code === code)) throw error;
  };
