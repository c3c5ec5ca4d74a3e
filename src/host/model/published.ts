/** Events as their publishers see them: options, and the response. Types only, without those of other files: programs compile them. */

/**
 * A connection to the host's PostgreSQL database that has an open transaction: a client of pg, the connection of a Sequelize or
 * Knex transaction, a query runner of TypeORM. It resolves to rows, or to an object with `rows`.
 */
export interface TransactionClient {
  readonly query: (sql: string, params: unknown[]) => PromiseLike<unknown>;
}

export interface PublishOptions {
  /** An ID of the publisher's own: the same ID with the same contents is accepted once. */
  readonly id?: string;
  /** Key or ID of the project, for webhooks of one project. */
  readonly project?: string;
  /** User who caused the event. */
  readonly user?: string;
  /** The lane of its deliveries; `primary` when left out. */
  readonly flow?: "primary" | "secondary";
  /** Time at which deliveries that wait end as `expired`: ISO 8601 with an offset from UTC. */
  readonly expiresAt?: string;
  /** False: each delivery is attempted once. */
  readonly retry?: boolean;
  /** Time of the first attempt, ISO 8601 with an offset from UTC, or a delay such as "15m"; at most 7 days ahead. */
  readonly deliverAfter?: string;
  /** Publishes in the transaction of this client: the event and its deliveries are committed with it, or not at all. */
  readonly client?: TransactionClient;
}

export interface PublishedDelivery {
  readonly id: string;
  /** The receiver: an add-on or an outgoing webhook. */
  readonly addonKey?: string;
  readonly webhookId?: string;
  readonly url: string;
  /** Set if it failed at once, and was not sent. */
  readonly state?: "failed";
  readonly reason?: string;
}

export interface PublishedEvent {
  readonly id: string;
  readonly event: string;
  /** The event was accepted before under the same ID of its publisher. */
  readonly duplicate: boolean;
  readonly deliveries: readonly PublishedDelivery[];
  /** Sentences about the event type, the payload and variables of URLs. */
  readonly notes?: readonly string[];
}

/**
 * Publishes an event of a site; resolves when it is committed, or with a client when it is written in the client's transaction.
 * The payload is an object, or its JSON text as bytes.
 */
export type Publish = (
  site: string,
  event: string,
  payload: object,
  options?: PublishOptions,
) => Promise<PublishedEvent>;
