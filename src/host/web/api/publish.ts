/** Publishing for the program around the host and for the outbox: what a request to publish an event does, without a request. */
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { ReadPublished } from "../../model/outbox.ts";
import type { Publish } from "../../model/published.ts";
import { scanObject, tooLarge } from "../http/body.ts";
import { EVENT_TEXT, readEvent } from "../http/event-envelope.ts";
import type { EnvelopeSite } from "../http/event-envelope.ts";
import { presentAccepted } from "../present/accepted.ts";
import type { Rooms } from "../rooms.ts";

export interface ReadPublishedParts {
  readonly findSite: (key: string) => EnvelopeSite | undefined;
  readonly bodyLimitBytes: number;
  readonly bodyValues: number;
}

export interface PublishParts extends ReadPublishedParts {
  readonly rooms: Pick<Rooms, "acceptEvent" | "acceptWithin">;
}

export function createPublish({ rooms, ...parts }: PublishParts): Publish {
  const read = createReadPublished(parts);
  return async (siteKey, event, payload, options = {}) => {
    const { client, ...given } = options;
    const incoming = read(siteKey, event, payload, given);
    // A client that is given and undefined is a mistake: the event would be published outside of the transaction.
    const accepted = Object.hasOwn(options, "client")
      ? await rooms.acceptWithin(client, incoming)
      : await rooms.acceptEvent(incoming);
    return presentAccepted(accepted, incoming.siteNo);
  };
}

export function createReadPublished({
  findSite,
  bodyLimitBytes,
  bodyValues,
}: ReadPublishedParts): ReadPublished {
  return (siteKey, event, payload, options) => {
    const site = findSite(siteKey);
    if (site === undefined)
      throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
    const body = toText(payload);
    if (body.length > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    const fields = defined({ ...options, event });
    const text = scanObject(envelopeAround(body, fields), { ...EVENT_TEXT, maxCount: bodyValues });
    if (text.scan.members.length !== Object.keys(fields).length + 1)
      throw new CallboardError("BODY_NOT_JSON", "The payload is more than one JSON object");
    return readEvent(text, site);
  };
}

function toText(payload: object): Buffer {
  if (payload instanceof Uint8Array)
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const text = JSON.stringify(payload) as string | undefined;
  return Buffer.from(text ?? "");
}

/** The text that a request to publish the event has. The payload is the last member. */
function envelopeAround(payload: Buffer, fields: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(fields).slice(0, -1)},"payload":`),
    payload,
    Buffer.from("}"),
  ]);
}
