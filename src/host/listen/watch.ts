/**
 * Looks at the listeners of this process now and then: the database says which connection counts, and what was heard by any process. It
 * ends those whose token or receiver is gone, and those that nothing was heard of for a while, whoever had them.
 */
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { HostContext } from "../context.ts";
import { REMOVED_AFTER_MS } from "../model/listener.ts";
import type { Listener } from "../model/listener.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Author } from "../store/tables/audit.ts";
import { findListener, listUnheard, takeResponses } from "../store/tables/listeners.ts";
import { findToken, isTokenValid } from "../store/tables/tokens.ts";
import type { ListenerChanges } from "./changes.ts";
import type { Exchange, KnownListener } from "./exchange.ts";

const LOOK_EVERY_MS = 5_000;
/** A connection without a sign of life for this time is taken for lost. */
const SILENT_MS = 30_000;
const PING_EVERY_MS = 10_000;
/** Responses that reached another process are looked for in the table, where no notice tells of them. */
const TAKE_EVERY_MS = 1_000;

const BY_ITSELF: Author = { actor: "callboard", address: "" };

export interface ListenerWatch {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Another process tells that a listener has another connection, or that responses for it are in the table. */
  readonly noticed: (listenerId: string) => void;
  /** The token of a listener may not be valid any more. */
  readonly lookNow: () => void;
}

export interface ListenerWatchParts extends Pick<HostContext, "database" | "snapshots" | "clock" | "now"> {
  readonly exchange: Exchange;
  readonly end: ListenerChanges["end"];
  readonly logger: Logger;
}

export function createListenerWatch(parts: ListenerWatchParts): ListenerWatch {
  const { database, snapshots, exchange, end, logger, now } = parts;
  const { isShared } = database.dialect;

  async function lookAt({ id, connection }: KnownListener): Promise<void> {
    const listener = await findListener(database.read, id);
    if (listener?.connection !== connection) {
      exchange.letGo(id, listener === undefined ? "The listener was ended" : undefined);
      return;
    }
    const reason = whyGone(listener, snapshots.get(listener.siteNo)) ?? (await whyNotAllowed(listener));
    if (reason !== undefined) return end(listener, BY_ITSELF, reason);
    const elsewhereMs = now() - listener.seenAt;
    if (Math.min(exchange.silentMs(id), elsewhereMs) > SILENT_MS) exchange.detach(id, connection);
    else if (isShared && elsewhereMs <= LOOK_EVERY_MS) exchange.heard(id);
  }

  async function whyNotAllowed({ tokenId }: Listener): Promise<string | undefined> {
    const token = await findToken(database.read, tokenId);
    const isValid = token !== undefined && isTokenValid(token, parts.clock.now());
    return isValid ? undefined : "The API token was revoked or has expired";
  }

  async function look(): Promise<void> {
    for (const known of exchange.known()) await lookAt(known);
    for (const listener of await listUnheard(database.read, now() - REMOVED_AFTER_MS)) {
      if (!exchange.isAttached(listener.id)) await end(listener, BY_ITSELF, "Nothing was heard of it");
    }
  }

  async function takeRelayed(id: string): Promise<void> {
    if (!exchange.isWaiting(id)) return;
    for (const response of await database.write((tx) => takeResponses(tx, id))) exchange.answer(id, response);
  }

  const onError = (error: unknown): void => logger.warn("listener.check-failed", { error });
  const looks = createRepeating({ run: look, everyMs: LOOK_EVERY_MS, onError });
  const pings = createRepeating({
    run: () => {
      exchange.ping();
      return Promise.resolve();
    },
    everyMs: PING_EVERY_MS,
    onError,
  });
  const takes = createRepeating({
    run: async () => {
      for (const { id } of exchange.known()) await takeRelayed(id);
    },
    everyMs: TAKE_EVERY_MS,
    onError,
  });

  return {
    start: () => {
      looks.start();
      pings.start();
      if (isShared) takes.start();
    },
    stop: async () => {
      exchange.stop();
      await Promise.all([looks, pings, takes].map(({ stop }) => stop()));
    },
    noticed: (listenerId) => {
      const known = exchange.known().find(({ id }) => id === listenerId);
      if (known !== undefined)
        lookAt(known)
          .then(() => takeRelayed(listenerId))
          .catch(onError);
    },
    lookNow: looks.wake,
  };
}

/** Returns why the receiver of a listener has ended, or undefined. */
function whyGone({ receiver }: Listener, site: SiteSnapshot | undefined): string | undefined {
  if (site === undefined) return "The site was deleted";
  if (receiver.kind === "webhook")
    return site.webhooks.has(receiver.webhookNo) ? undefined : "The webhook was deleted";
  const state = site.installations.get(receiver.addonKey)?.state ?? "uninstalled";
  return state === "uninstalled" ? "The add-on was uninstalled" : undefined;
}
