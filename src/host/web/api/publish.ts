/** Publishing for the program around the host and for other doors: what a request to publish an event does, without a request. */
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { Publish } from "../../model/published.ts";
import { scanObject, tooLarge } from "../http/body.ts";
import { EVENT_TEXT, readEvent } from "../http/event-envelope.ts";
import type { EnvelopeSite } from "../http/event-envelope.ts";
import { presentAccepted } from "../present/accepted.ts";
import type { Rooms } from "../rooms.ts";

export interface PublishParts {
  readonly rooms: Pick<Rooms, "acceptEvent" | "acceptWithin">;
  readonly findSite: (key: string) => EnvelopeSite | undefined;
  readonly bodyLimitBytes: number;
  readonly bodyValues: number;
}

export function createPublish({ rooms, findSite, bodyLimitBytes, bodyValues }: PublishParts): Publish {
  return async (siteKey, event, payload, options = {}) => {
    const { client, ...given } = options;
    const site = findSite(siteKey);
    if (site === undefined)
      throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
    const body = toText(payload);
    if (body.length > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    const fields = defined({ ...given, event });
    const text = scanObject(envelopeAround(body, fields), { ...EVENT_TEXT, maxCount: bodyValues });
    if (text.scan.members.length !== Object.keys(fields).length + 1)
      throw new CallboardError("BODY_NOT_JSON", "The payload is more than one JSON object");
    const incoming = readEvent(text, site);
    // A client that is given and undefined is a mistake: the event would be published outside of the transaction.
    const accepted = Object.hasOwn(options, "client")
      ? await rooms.acceptWithin(client, incoming)
      : await rooms.acceptEvent(incoming);
    return presentAccepted(accepted, site.no);
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
