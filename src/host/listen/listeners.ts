/** Listeners, as the API and the pages use them. */
import { CallboardError } from "../../errors.ts";
import { setNewest } from "../../newest.ts";
import type { HostContext } from "../context.ts";
import type { Receiver } from "../model/endpoint.ts";
import { newUuid, parseId } from "../model/ids.ts";
import { TEMPORARY_URL } from "../model/listener.ts";
import type { Listener, ListenerResponse } from "../model/listener.ts";
import { isSameReceiver } from "../model/receiver.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { Author } from "../store/tables/audit.ts";
import {
  connectListener,
  findListener,
  listListeners,
  relayResponses,
  touchListener,
} from "../store/tables/listeners.ts";
import type { ListenerChanges, ListenerOwner, ListenerWish, MadeListener } from "./changes.ts";
import type { Exchange, Stream } from "./exchange.ts";

/** The database is told of a sign of life once in this time. */
const TOUCH_EVERY_MS = 4_000;
/** Listeners whose last sign of life is remembered. */
const MAX_KEPT = 1_000;

export interface ListenerConnection {
  /** Called once the listener is known to be the caller's. */
  readonly openStream: () => Stream;
  /** The cursor of the last message that arrived. */
  readonly after: string | undefined;
  readonly by: ListenerOwner;
}

/** Methods that take an ID throw LISTENER_NOT_FOUND, all throw SITE_NOT_FOUND. */
export interface Listeners {
  /** @throws CallboardError ADDON_NOT_FOUND, ADDON_STATE, LISTENER_EXISTS, LIMIT_REACHED, and as a webhook's values do */
  readonly create: (siteKey: string, wish: ListenerWish, by: ListenerOwner) => Promise<MadeListener>;
  /** Oldest first. */
  readonly list: (siteKey: string) => Promise<readonly Listener[]>;
  /** The listener that a receiver's deliveries are handed to. */
  readonly find: (siteNo: number, receiver: Receiver) => Promise<Listener | undefined>;
  /** Resolves if the stream is for this caller. */
  readonly check: (siteKey: string, id: string, by: ListenerOwner) => Promise<void>;
  /** Makes the stream the connection of the listener, in place of the one before. To be told when it is closed. */
  readonly connect: (
    siteKey: string,
    id: string,
    connection: ListenerConnection,
  ) => Promise<{ readonly closed: () => void }>;
  /** Takes responses, none for a sign of life alone. One that was taken before is passed over. */
  readonly respond: (
    siteKey: string,
    id: string,
    responses: readonly ListenerResponse[],
    by: ListenerOwner,
  ) => Promise<void>;
  /** Ends it, whoever made it. */
  readonly remove: (siteKey: string, id: string, by: Author) => Promise<void>;
}

export interface ListenersParts extends Pick<HostContext, "database" | "snapshots" | "now"> {
  readonly exchange: Exchange;
  readonly changes: ListenerChanges;
  /** A process of the role api begins to deliver when it has its first listener, and to listeners only. */
  readonly ensureDelivering: () => Promise<void>;
}

export function createListeners(parts: ListenersParts): Listeners {
  const { database, snapshots, exchange, changes, now } = parts;
  const touchedAt = new Map<string, number>();

  async function load(siteKey: string, text: string): Promise<Listener> {
    const { site } = requireSite(snapshots.byKey, siteKey);
    const { siteNo, id } = parseId("lsn", text);
    const listener = siteNo === site.no ? await findListener(database.read, id) : undefined;
    if (listener?.siteNo !== site.no) throw notFound(text);
    return listener;
  }

  /** The stream is for the token that made the listener: another one has not asked for these deliveries. */
  async function loadOwn(siteKey: string, text: string, { tokenId }: ListenerOwner): Promise<Listener> {
    const listener = await load(siteKey, text);
    if (listener.tokenId !== tokenId) throw notFound(text);
    return listener;
  }

  async function touch(id: string): Promise<boolean> {
    if ((touchedAt.get(id) ?? -Infinity) > now() - TOUCH_EVERY_MS) return true;
    setNewest(touchedAt, id, now(), MAX_KEPT);
    return database.write((tx) => touchListener(tx, id, now()));
  }

  return {
    create: (siteKey, wish, by) => changes.create(requireSite(snapshots.byKey, siteKey), wish, by),
    list: (siteKey) => listListeners(database.read, requireSite(snapshots.byKey, siteKey).site.no),
    find: async (siteNo, receiver) => {
      const endpoints = [...(snapshots.get(siteNo)?.endpoints.values() ?? [])];
      const taken = endpoints.find(
        (each) => each.listenerId !== undefined && isSameReceiver(each.receiver, receiver),
      );
      return taken?.listenerId === undefined ? undefined : findListener(database.read, taken.listenerId);
    },
    check: async (siteKey, text, by) => {
      await loadOwn(siteKey, text, by);
    },
    connect: async (siteKey, text, { openStream, after, by }) => {
      const listener = await loadOwn(siteKey, text, by);
      const { id, siteNo, receiver } = listener;
      const connection = newUuid();
      exchange.expect(id, connection);
      if (!(await database.write((tx) => connectListener(tx, { id, connection, seenAt: now() }))))
        throw notFound(text);
      // Another process may have made it.
      await snapshots.refresh(database.read, siteNo);
      await parts.ensureDelivering();
      const installation =
        receiver.kind === "addon" ? snapshots.get(siteNo)?.installations.get(receiver.addonKey) : undefined;
      const baseUrl = installation?.baseUrl ?? TEMPORARY_URL;
      exchange.attach({ listener, connection, baseUrl, stream: openStream(), after });
      return { closed: () => exchange.detach(id, connection) };
    },
    respond: async (siteKey, text, responses, by) => {
      const { id } = await loadOwn(siteKey, text, by);
      exchange.heard(id);
      const left = responses.filter((response) => !exchange.answer(id, response));
      const isElsewhere = database.dialect.isShared && !exchange.isAttached(id);
      if (isElsewhere && left.length > 0) await database.write((tx) => relayResponses(tx, id, left));
      if (!(await touch(id))) throw notFound(text);
    },
    remove: async (siteKey, text, by) => {
      await changes.end(await load(siteKey, text), by, `Ended by ${by.actor}`);
    },
  };
}

const notFound = (id: string) =>
  new CallboardError(
    "LISTENER_NOT_FOUND",
    `There is no listener ${JSON.stringify(id.slice(0, 80))} of this token`,
  );
