/** What is announced as an operational event, and how: the types that every room shares with the one that writes it. */
import type { Told } from "../../model/operational.ts";
import type { Queryable, Transaction } from "../db/queryable.ts";
import type { Receiver } from "../../model/endpoint.ts";

/** Whom an event is about: nothing of it is sent there. */
export type About =
  | { readonly kind: "endpoint"; readonly endpointNo: number }
  /** All of a receiver's endpoints. The name is that of an add-on that isn't known yet, or no more. */
  | { readonly kind: "receiver"; readonly receiver: Receiver; readonly name?: string };

export interface Announcement extends Told {
  /** Undefined when it concerns the server as a whole. */
  readonly siteNo: number | undefined;
  readonly about?: About;
  /** The page that shows it, from `/admin`; that of the receiver when left out. */
  readonly page?: string;
}

export interface Announcer {
  /** Brings the registry up to date, so that nobody who subscribed a moment ago is missed. To be called before other statements. */
  readonly prepare: (tx: Queryable) => Promise<void>;
  /** Whoever subscribed gets it once the transaction is committed; otherwise nothing happened. */
  readonly announce: (tx: Transaction, announcements: readonly Announcement[]) => Promise<void>;
}

/** For commands on a database without a running host. */
export const ANNOUNCES_NOTHING: Announcer = {
  prepare: () => Promise.resolve(),
  announce: () => Promise.resolve(),
};
