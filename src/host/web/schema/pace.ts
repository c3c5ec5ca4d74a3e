/** The pace of a receiver, in bodies and in responses. */
import {
  MAX_RATE,
  MAX_RETRIES,
  MAX_RETRY_DELAY_MS,
  MAX_SLOTS,
  MAX_TIMEOUT_MS,
  MIN_RETRY_DELAY_MS,
  MIN_TIMEOUT_MS,
  RATE_UNITS,
} from "../../model/pace.ts";
import { anyObject, array, checkedByCode, integer, named, nullable, object, choice } from "./schema.ts";
import { RETRY_PROFILE_NAMES } from "./site.ts";

const MEMBERS = {
  rate: nullable(
    object(
      "Attempts in each second or minute, evenly spread over all processes; null for no limit",
      {
        count: integer("Number of attempts", { minimum: 1, maximum: MAX_RATE }),
        per: choice("Unit of time", RATE_UNITS),
      },
      {},
      { additionalProperties: false },
    ),
  ),
  slots: nullable(
    integer("Maximum number of requests in flight in each process; null for that of the server", {
      minimum: 1,
      maximum: MAX_SLOTS,
    }),
  ),
  timeoutMs: nullable(
    integer(
      "Limit of a request, in milliseconds, where it is shorter than the server's; null for the server's",
      {
        minimum: MIN_TIMEOUT_MS,
        maximum: MAX_TIMEOUT_MS,
      },
    ),
  ),
  retryProfile: nullable(choice("Retry schedule; null for that of the site", RETRY_PROFILE_NAMES)),
  retryDelaysMs: nullable(
    array(
      "Delays before the retries, in milliseconds; empty for a single attempt, null for the retry schedule",
      integer("Delay", { minimum: MIN_RETRY_DELAY_MS, maximum: MAX_RETRY_DELAY_MS }),
      { maxItems: MAX_RETRIES },
    ),
  ),
};

export const PACE = named("Pace", object("How a receiver is sent to", MEMBERS));

/** The rules are those of `readPace`, whose problems have the code PACE. */
export const NEW_PACE = nullable(
  checkedByCode(anyObject("How the receiver is sent to; null as the server does"), {
    properties: MEMBERS,
    additionalProperties: false,
    not: {
      required: ["retryProfile", "retryDelaysMs"],
      properties: { retryProfile: { type: "string" }, retryDelaysMs: { type: "array", items: {} } },
    },
  }),
);
