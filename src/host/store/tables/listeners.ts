/**
 * Listeners that receivers' deliveries are handed to, and responses that reached another process than the one that waits for them.
 * The endpoints of such a receiver name the listener.
 */
import { big, json, optional, receiver, text, int } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { notify } from "../db/notify.ts";
import { defineTable } from "../db/table.ts";
import type { Listener, ListenerResponse } from "../../model/listener.ts";
import { endpoints } from "./endpoints.ts";
import { raiseVersion } from "./sites.ts";

const listeners = defineTable<Listener>({
  name: "listener",
  key: ["id"],
  columns: {
    id: text(),
    siteNo: int(),
    receiver,
    forwardTo: text(),
    tokenId: text(),
    createdBy: text(),
    createdAt: big(),
    seenAt: big(),
    connection: optional(text()),
  },
});

/** Resolves to false if another listener has the receiver. */
export async function insertListener(tx: Queryable, listener: Listener, now: number): Promise<boolean> {
  if (!(await listeners.insertNew(tx, listener))) return false;
  await setEndpoints(tx, listener, listener.id, now);
  return true;
}

/** Resolves to false if there was none any more. What waits for the receiver goes to its own URL from now on. */
export async function deleteListener(tx: Queryable, listener: Listener, now: number): Promise<boolean> {
  const { id } = listener;
  if ((await listeners.delete(tx, { id })) === 0) return false;
  await relayed.delete(tx, { listenerId: id });
  await setEndpoints(tx, listener, undefined, now);
  return true;
}

/** Failures of the one who got the deliveries before say nothing of the one who gets them now. */
const BEGIN_ANEW = {
  failures: 0,
  openUntil: undefined,
  opened: 0,
  failingSince: undefined,
  failedAttempts: 0,
  failedDeliveries: 0,
  failingStage: 0,
} as const;

/** Every process reads the registry before it looks for what is due. */
async function setEndpoints(
  tx: Queryable,
  { siteNo, receiver }: Listener,
  listenerId: string | undefined,
  now: number,
): Promise<void> {
  await endpoints.set(tx, { siteNo, receiver }, { listenerId, ...BEGIN_ANEW, resumedAt: now });
  await raiseVersion(tx, siteNo);
  await notify(tx, "callboard_due");
}

export function findListener(q: Queryable, id: string): Promise<Listener | undefined> {
  return listeners.find(q, { id });
}

/** Lists those of a site, or of every site; oldest first. */
export function listListeners(q: Queryable, siteNo?: number): Promise<readonly Listener[]> {
  return listeners.list(q, siteNo === undefined ? {} : { siteNo }, { order: "created_at, id" });
}

/** Lists those that gave their last sign of life before this time. */
export function listUnheard(q: Queryable, before: number): Promise<readonly Listener[]> {
  return listeners.list(q, ["seen_at < $1", before]);
}

/** The connection becomes the only one; every process that has another one hears of it. False if the listener is gone. */
export async function connectListener(
  tx: Queryable,
  { id, connection, seenAt }: Pick<Listener, "id" | "seenAt"> & { readonly connection: string },
): Promise<boolean> {
  if ((await listeners.set(tx, { id }, { connection, seenAt })) === 0) return false;
  await notify(tx, LISTENER_CHANNEL, id);
  return true;
}

/** False if the listener is gone. */
export async function touchListener(tx: Queryable, id: string, seenAt: number): Promise<boolean> {
  return (await listeners.set(tx, { id }, { seenAt })) > 0;
}

/** Tells of a listener by its ID: it has another connection, or responses for it are in the table. */
const LISTENER_CHANNEL = "callboard_listener";

interface RelayedResponse {
  readonly listenerId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly response: ListenerResponse;
}

const relayed = defineTable<RelayedResponse>({
  name: "listener_response",
  key: ["listenerId", "deliveryId", "attempt"],
  columns: { listenerId: text(), deliveryId: text(), attempt: int(), response: json() },
});

/** Keeps responses for the process that has the listener's connection. The first of a delivery and attempt counts. */
export async function relayResponses(
  tx: Queryable,
  listenerId: string,
  responses: readonly ListenerResponse[],
): Promise<void> {
  for (const response of responses) {
    const { deliveryId, attempt } = response;
    await relayed.insertNew(tx, { listenerId, deliveryId, attempt, response });
  }
  await notify(tx, LISTENER_CHANNEL, listenerId);
}

/** Takes the responses out of the table. */
export async function takeResponses(tx: Queryable, listenerId: string): Promise<readonly ListenerResponse[]> {
  const rows = await tx.query("DELETE FROM callboard_listener_response WHERE listener_id = $1 RETURNING *", [
    listenerId,
  ]);
  return rows.map((row) => relayed.toRecord(row).response);
}
