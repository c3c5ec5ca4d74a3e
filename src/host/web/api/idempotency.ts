/** How the OpenAPI document describes idempotency keys. */
import { KEY_PATTERN, MAX_KEY_LENGTH } from "../../model/idempotency-key.ts";

/** In the response to a request that was completed before. */
export const REPLAYED = "Idempotent-Replayed";

export const KEY_PARAMETER = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Names this request, so that it can be sent again and is done once. For 24 hours the same request with the same key and API " +
    "token gets the first response. On an event, the key is its ID, unless it has one",
  schema: { type: "string", minLength: 1, maxLength: MAX_KEY_LENGTH, pattern: KEY_PATTERN },
} as const;

export const REPLAYED_HEADER = {
  [REPLAYED]: {
    description: "The response to an earlier request with this Idempotency-Key",
    schema: { type: "string", enum: ["true"] },
  },
} as const;
