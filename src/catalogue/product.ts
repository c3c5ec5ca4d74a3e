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

/** What is particular about the plain outgoing webhooks of a product. */
export interface WebhookFacts {
  /** What the format of their bodies is called by the people who read it; without it, the product's name. */
  readonly formatName?: string;
  /** Which signature a webhook with a secret gets unless it asks for another; `hub` can be asked for only where it is this one. */
  readonly signature: "standard" | "hub";
  /** Requests also carry the headers by which add-ons recognize a delivery and its retries. */
  readonly identifiesDeliveries?: true;
  /** "always": https with no exception, true: http only to a place on the allow-list, false: http as well. */
  readonly httpsOnly: boolean | "always";
  /** A webhook has a name and a URL, and nothing else: no events, project, description or secret. */
  readonly isNameAndUrl?: true;
  /** The form begins with every event; without it, with none. */
  readonly beginsWithAllEvents?: true;
  /** People are asked for a URL only, in a form above the list; the webhook is named after the host of the URL. */
  readonly isUrlForm?: true;
  /** The button that creates one. */
  readonly createLabel: string;
}

export interface ProductFolder {
  /** What people call it. */
  readonly name: string;
  /** Add-ons can be installed on its sites. */
  readonly hasAddons?: true;
  /** What an add-on that asks about itself is told it runs in; without it, the name. */
  readonly addonHostName?: string;
  /** Add-ons can register webhooks while they run. */
  readonly hasDynamicWebhooks?: true;
  /** Its events are about issues, so that JQL filters can be judged. */
  readonly hasIssues?: true;
  /** Events are also named by numbers, and its list of them grows without notice. */
  readonly numbersEvents?: true;
  /** A site chooses between the two envelopes of bodies. */
  readonly hasEnvelopes?: true;
  /** The retry profile of its sites, unless they name one. */
  readonly retryProfile: "jira" | "standard";
  /** Where a body says which project it belongs to, as paths to an object with `key`, `projectKey` or `id`. */
  readonly projectPaths: readonly (readonly string[])[];
  /** Where a body has a key that begins with that of its project, such as `HARB-7`. */
  readonly issueKeyPath?: readonly string[];
  readonly webhooks: WebhookFacts;
  readonly events: Readonly<Record<string, EventFacts>>;
  /** The body that the product sends for the event, on the sample's facts. */
  readonly sampleOf: (event: string, facts: EventFacts, envelope: Envelope) => object;
  /** The same for an event that the catalogue does not have; without it, and where it gives none, there is no sample. */
  readonly sampleOfUnknown?: (event: string) => object | undefined;
  /** The event name, from where the product puts it in a body; undefined where it puts none. */
  readonly eventNameOf: (body: Readonly<Record<string, unknown>>) => string | undefined;
  /** The body as the product sends it; throws EVENT_SCHEMA where the payload does not make one. */
  readonly buildBody: (input: BodyInput) => BuiltBody;
  /** What `buildBody` holds each body against; left out where any body will do. */
  readonly bodySchema?: object;
}
