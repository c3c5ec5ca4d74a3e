/** Events as their publishers see them: options, and the response. Types only, without those of other files: programs compile them. */

export interface PublishOptions {
  /** An ID of the publisher's own: the same ID with the same contents is accepted once. */
  readonly id?: string;
  /** Key or ID of the project, for webhooks of one project. */
  readonly project?: string;
  /** User who caused the event. */
  readonly user?: string;
  /** The lane of its deliveries; `primary` when left out. */
  readonly flow?: "primary" | "secondary";
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

/** Publishes an event of a site; resolves when it is committed. The payload is an object, or its JSON text as bytes. */
export type Publish = (
  site: string,
  event: string,
  payload: object,
  options?: PublishOptions,
) => Promise<PublishedEvent>;
