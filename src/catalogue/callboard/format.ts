/** The body of an operational event: what Callboard writes itself. `event` is put in front where a caller left it out. */

import { withMembers } from "../../json/splice.ts";
import { readPayload, told } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";

export function buildBody({ event, payload: given, scanned }: BodyInput): BuiltBody {
  const payload = readPayload(given, scanned);
  const named = payload.read("event");
  const missing: Record<string, string> = named === undefined ? { event: JSON.stringify(event) } : {};
  const notes =
    named === undefined || named === event
      ? []
      : [`The body says event ${told(named)}, the event is ${event}; the body was kept.`];
  return { bytes: withMembers(payload.bytes, missing), notes };
}
