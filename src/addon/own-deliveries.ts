/** Asks a Callboard for the add-on's own deliveries and events. Other hosts of the Connect model don't have these calls. */
import { setTimeout as wait } from "node:timers/promises";
import { CallboardError, ERROR_CODES } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { signCall } from "./sign-call.ts";
import type { Caller } from "./sign-call.ts";

const PATH = "/rest/callboard/1";
const TIMEOUT_MS = 30_000;
const DEFAULT_POLL_MS = 5_000;

/** Filter and page of {@link OwnDeliveries.listDeliveries}. Times are ISO 8601. */
export interface OwnDeliveryQuery {
  readonly event?: string;
  readonly state?: "waiting" | "leased" | "delivered" | "failed";
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
  /** 1 to 500; 50 by default. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly cursor?: string;
}

/** A delivery, with the members of `Delivery` in the host's API. */
export interface OwnDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly event: string | null;
  readonly url: string | null;
  readonly state: "waiting" | "leased" | "delivered" | "failed";
  readonly reason: string | null;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly settledAt: string | null;
}

export interface OwnDeliveryPage {
  readonly items: readonly OwnDelivery[];
  readonly next: string | null;
}

/** An event that the add-on's subscriptions matched. */
export interface ReadEvent {
  /** Keep it, and read on after it. */
  readonly cursor: string;
  readonly id: string;
  readonly event: string;
  readonly acceptedAt: string;
  /** True for a test delivery. */
  readonly test: boolean;
  /** IDs of the deliveries that are made of it: the values of `webhook-id`. */
  readonly deliveries: readonly string[];
  /** True if the body was deleted by retention. */
  readonly bodyDeleted: boolean;
  /** Null if it was deleted, or the subscription leaves it out. */
  readonly body: unknown;
}

export interface ReadEventsOptions {
  /** The cursor of the last event that was handled. Left out, the oldest event that the host keeps comes first. */
  readonly after?: string;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** Pause after a page without events, in milliseconds. Default: 5,000. */
  readonly pollMs?: number;
}

export interface OwnDeliveries {
  /** Lists the add-on's deliveries on a host, newest first. @throws {CallboardError} TENANT_NOT_FOUND, or the host's code */
  readonly listDeliveries: (clientKey: string, query?: OwnDeliveryQuery) => Promise<OwnDeliveryPage>;
  /** Has a delivery sent again. @throws {CallboardError} TENANT_NOT_FOUND, DELIVERY_NOT_FOUND, DELIVERY_STATE */
  readonly redeliver: (clientKey: string, deliveryId: string) => Promise<OwnDelivery>;
  /**
   * Reads the add-on's events, oldest first, and waits for further ones until `signal` ends it.
   * @throws {CallboardError} TENANT_NOT_FOUND; CURSOR_EXPIRED if the host has deleted events after the cursor: `extra.next` is the
   *   cursor that leaves them out
   */
  readonly readEvents: (clientKey: string, options?: ReadEventsOptions) => AsyncGenerator<ReadEvent, void>;
}

interface EventPage {
  readonly items: readonly ReadEvent[];
  readonly next: string;
  readonly hasMore: boolean;
}

export function createOwnDeliveries(caller: Caller): OwnDeliveries {
  async function ask<T>(
    clientKey: string,
    method: "GET" | "POST",
    path: string,
    signal?: AbortSignal,
  ): Promise<T> {
    const { url, headers } = await signCall(clientKey, { method, path: PATH + path }, caller);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, {
      method,
      headers: { ...headers, accept: "application/json" },
      redirect: "error",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw await readRefusal(response);
    return (await response.json()) as T;
  }

  async function* readEvents(
    clientKey: string,
    { after, signal, pollMs = DEFAULT_POLL_MS }: ReadEventsOptions = {},
  ): AsyncGenerator<ReadEvent, void> {
    const isOver = () => signal?.aborted === true;
    let cursor = after;
    while (!isOver()) {
      let page: EventPage;
      try {
        page = await ask<EventPage>(clientKey, "GET", `/events${toQuery({ after: cursor })}`, signal);
      } catch (error) {
        if (isOver()) return;
        throw error;
      }
      yield* page.items;
      cursor = page.next;
      if (!page.hasMore) await wait(pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  return {
    listDeliveries: (clientKey, query = {}) => ask(clientKey, "GET", `/deliveries${toQuery({ ...query })}`),
    redeliver: (clientKey, deliveryId) =>
      ask(clientKey, "POST", `/deliveries/${encodeURIComponent(deliveryId)}/redeliver`),
    readEvents,
  };
}

function toQuery(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? "" : `?${given.join("&")}`;
}

const isCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(ERROR_CODES, code);

async function readRefusal(response: Response): Promise<Error> {
  const problem: unknown = await response.json().catch(() => undefined);
  const { code, detail, ...extra } = (problem ?? {}) as Readonly<Record<string, unknown>>;
  const sentence = typeof detail === "string" ? detail : `The host responded ${response.status}`;
  if (!isCode(code)) return new Error(sentence);
  return new CallboardError(code, sentence, { extra });
}
