/**
 * What a product folder has to offer to become part of the catalogue.
 */

import type { JsonReading } from "../json/excerpt.ts";
import type { EventFacts } from "./event.ts";
import type { ScannedPayload } from "./payload.ts";

/** The two envelopes of Confluence: of the Connect age, and of today's Cloud. Other products have one. */
export const ENVELOPES = ["connect", "cloud"] as const;
export type Envelope = (typeof ENVELOPES)[number];

/** What a product reported, to be made into the body that it would send. */
export interface BodyInput {
  readonly event: string;
  /** Raw JSON text of an object, forwarded byte for byte; empty when none was given. */
  readonly payload: Buffer;
  /** What a scan of the payload found; without it the payload is scanned. */
  readonly scanned?: ScannedPayload;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Key of the project, where the caller named one beside the payload. */
  readonly project?: string;
  /** Whoever did it, where the caller said so beside the payload. */
  readonly user?: string;
  /** The site's setting; `connect` when left out. Confluence only. */
  readonly envelope?: Envelope;
}

export interface BuiltBody {
  readonly bytes: Buffer;
  /** What the trace should tell, one sentence each. */
  readonly notes: readonly string[];
  /** The value of the bytes, where it was needed to build them. */
  readonly reading?: JsonReading;
}

export interface ProductFolder {
  /** Add-ons can be installed on its sites. */
  readonly hasAddons?: true;
  readonly events: Readonly<Record<string, EventFacts>>;
  /** The body that the product sends for the event, on the sample's facts. */
  readonly sampleOf: (event: string, facts: EventFacts, envelope: Envelope) => object;
  /** The same for an event that the catalogue does not have; without it, and where it gives none, there is no sample. */
  readonly sampleOfUnknown?: (event: string) => object | undefined;
  /** The event name, from where the product puts it in a body; undefined where it puts none. */
  readonly eventNameOf: (body: Readonly<Record<string, unknown>>) => string | undefined;
  /** The body as the product sends it; throws EVENT_SCHEMA where the payload does not make one. */
  readonly buildBody: (input: BodyInput) => BuiltBody;
}
