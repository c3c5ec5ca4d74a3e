/**
 * The connections of this process's listeners: hands deliveries over, and waits for what the local application answered.
 *
 * What was handed over is waited for until its time is over, also while the listener connects again: it may have the response
 * already. What it did not get is sent to it again, with the same ID. A delivery that nothing is known of is "local": it goes
 * back to the table and spends no attempt.
 */
import { pairHeaders } from "../../header-pairs.ts";
import type { PostRequest } from "../../egress/index.ts";
import type { Sent } from "../model/attempt-record.ts";
import type { DueDelivery } from "../model/delivery.ts";
import { formatId, newUuid } from "../model/ids.ts";
import {
  MAX_UNANSWERED,
  formatMessage,
  joinForward,
  toForwardPath,
  toLocalTimeout,
} from "../model/listener.ts";
import type { Listener, ListenerMessage, ListenerResponse } from "../model/listener.ts";
import { NOT_CONNECTED, createUnanswered } from "./unanswered.ts";
import type { Unanswered } from "./unanswered.ts";

/** Bytes that may wait to be read by a listener. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** The open response that a listener reads. */
export interface Stream {
  readonly write: (text: string) => void;
  readonly bufferedBytes: () => number;
  readonly end: () => void;
}

export interface Attachment {
  readonly listener: Listener;
  readonly connection: string;
  /** Base URL of the receiver, as its deliveries' URLs begin. */
  readonly baseUrl: string;
  readonly stream: Stream;
  /** The cursor of the last message that the listener got from an earlier connection. */
  readonly after: string | undefined;
}

export interface KnownListener {
  readonly id: string;
  readonly connection: string;
}

export interface Exchange {
  /** A connection is about to be attached: what waits for a response waits on, although the database has another connection. */
  readonly expect: (listenerId: string, connection: string) => void;
  /** Makes this the listener's connection, and sends again what is unanswered and was not received. */
  readonly attach: (attachment: Attachment) => void;
  /** The connection was lost. Does nothing if the listener has another one by now. */
  readonly detach: (listenerId: string, connection: string) => void;
  /** Ends the connection, with a last message if there is a reason to tell, and forgets the listener. */
  readonly letGo: (listenerId: string, reason?: string) => void;
  /** Reports whether the listener can be handed a delivery now. */
  readonly canTake: (listenerId: string) => boolean;
  readonly handOver: (listenerId: string, delivery: DueDelivery, request: PostRequest) => Promise<Sent>;
  /** Returns false if nothing waits for this response: it is unknown, late, or was taken before. */
  readonly answer: (listenerId: string, response: ListenerResponse) => boolean;
  /** The listener gave a sign of life. */
  readonly heard: (listenerId: string) => void;
  /** The listeners that this process knows, with their latest connection here, which may be lost. */
  readonly known: () => readonly KnownListener[];
  readonly isAttached: (listenerId: string) => boolean;
  /** Time without a sign of life that reached this process, in milliseconds. */
  readonly silentMs: (listenerId: string) => number;
  /** Reports whether the listener owes a response. */
  readonly isWaiting: (listenerId: string) => boolean;
  readonly ping: () => void;
  /** Ends all connections; nothing is handed over afterwards. */
  readonly stop: () => void;
}

export interface ExchangeParts {
  readonly requestTimeoutMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** The listener can be handed deliveries: it has a connection, or answered what it had too many of. */
  readonly onReady: (listener: Listener) => void;
  readonly onDetached: (listener: Listener) => void;
}

interface State {
  readonly unanswered: Unanswered;
  /** Undefined while the connection is lost. */
  attachment: Attachment | undefined;
  connection: string;
  /** Last sign of life, by performance.now(). */
  heardMs: number;
}

export function createExchange(parts: ExchangeParts): Exchange {
  const { requestTimeoutMs, now, onReady, onDetached } = parts;
  /** Cursors of another process mean nothing here. */
  const epoch = newUuid();
  const states = new Map<string, State>();
  let isStopped = false;

  function createState(): State {
    const state: State = {
      unanswered: createUnanswered({
        requestTimeoutMs,
        now,
        wasHeardAfter: (ms) => state.attachment !== undefined && state.heardMs > ms,
        onFreed: () => {
          if (state.attachment !== undefined) onReady(state.attachment.listener);
        },
      }),
      attachment: undefined,
      connection: "",
      heardMs: 0,
    };
    return state;
  }

  function getState(listenerId: string): State {
    const state = states.get(listenerId) ?? createState();
    states.set(listenerId, state);
    return state;
  }

  function write({ attachment }: State, message: ListenerMessage, sequence?: number): void {
    const cursor = sequence === undefined ? undefined : `${epoch}.${sequence}`;
    attachment?.stream.write(formatMessage(message, cursor));
  }

  function disconnect(state: State, reason?: string): void {
    const { attachment } = state;
    if (attachment === undefined) return;
    if (reason !== undefined) write(state, { kind: "ended", reason });
    state.attachment = undefined;
    attachment.stream.end();
    onDetached(attachment.listener);
  }

  function letGo(listenerId: string, reason?: string): void {
    const state = states.get(listenerId);
    if (state === undefined) return;
    disconnect(state, reason);
    state.unanswered.giveUp();
    states.delete(listenerId);
  }

  async function handOver(
    listenerId: string,
    delivery: DueDelivery,
    { url, headers, body }: PostRequest,
  ): Promise<Sent> {
    const state = states.get(listenerId);
    const notSent = { outcome: NOT_CONNECTED, timing: { startedAt: now(), durationMs: 0 } };
    if (isStopped || state?.attachment === undefined) return notSent;
    const { baseUrl, listener } = state.attachment;
    const path = toForwardPath(url, baseUrl);
    const handed = state.unanswered.add(
      {
        kind: "delivery",
        deliveryId: formatId("dlv", delivery.siteNo, delivery.id),
        attempt: delivery.attempts + 1,
        event: delivery.event,
        path,
        headers: pairHeaders(headers),
        body: Buffer.from(body).toString("base64"),
        timeoutMs: toLocalTimeout(requestTimeoutMs),
      },
      joinForward(listener.forwardTo, path),
    );
    if (handed === undefined) return notSent;
    write(state, handed.message, handed.sequence);
    return handed.sent;
  }

  return {
    expect: (listenerId, connection) => {
      getState(listenerId).connection = connection;
    },
    attach: (attachment) => {
      const { listener, connection, after } = attachment;
      const state = getState(listener.id);
      disconnect(state);
      Object.assign(state, { attachment, connection, heardMs: performance.now() });
      write(state, { kind: "ready" });
      for (const { message, sequence } of state.unanswered.listAfter(toReceived(after, epoch)))
        write(state, message, sequence);
      onReady(listener);
    },
    detach: (listenerId, connection) => {
      const state = states.get(listenerId);
      if (state?.attachment?.connection === connection) disconnect(state);
    },
    letGo,
    canTake: (listenerId) => {
      const state = states.get(listenerId);
      if (state?.attachment === undefined || state.unanswered.count() >= MAX_UNANSWERED) return false;
      return state.attachment.stream.bufferedBytes() < MAX_BUFFERED_BYTES;
    },
    handOver,
    answer: (listenerId, response) => states.get(listenerId)?.unanswered.answer(response) ?? false,
    heard: (listenerId) => {
      const state = states.get(listenerId);
      if (state !== undefined) state.heardMs = performance.now();
    },
    known: () => [...states].map(([id, { connection }]) => ({ id, connection })),
    isAttached: (listenerId) => states.get(listenerId)?.attachment !== undefined,
    silentMs: (listenerId) => performance.now() - (states.get(listenerId)?.heardMs ?? 0),
    isWaiting: (listenerId) => (states.get(listenerId)?.unanswered.count() ?? 0) > 0,
    ping: () => {
      for (const state of states.values()) write(state, { kind: "ping" });
    },
    stop: () => {
      isStopped = true;
      for (const id of [...states.keys()]) letGo(id);
    },
  };
}

/** Returns the number of the last message that was received, 0 for a cursor of another process. */
function toReceived(after: string | undefined, epoch: string): number {
  const [of, sequence] = after?.split(".") ?? [];
  return of === epoch && /^\d{1,15}$/.test(sequence ?? "") ? Number(sequence) : 0;
}
