/** Requests that clients named by an idempotency key: each is done once, by whichever process gets it first. */
import { CallboardError } from "../../errors.ts";
import { KEY_KEPT_MS, printKey } from "../model/idempotency-key.ts";
import type { KeyedRequest } from "../model/idempotency-key.ts";
import type { Database } from "../store/db/database.ts";
import { createSeal } from "../store/seal.ts";
import { beginKeyedRequest, endKeyedRequest, forgetKeyedRequest } from "../store/tables/idempotency-keys.ts";
import type { KeyedRequestRecord } from "../store/tables/idempotency-keys.ts";

/** JSON text of a response. */
export interface KeyedResponse {
  readonly text: string;
  /** It is the response to an earlier request with this key. */
  readonly isReplayed: boolean;
}

export interface KeyedRequests {
  /**
   * Runs `work`, which resolves to the JSON text of its response, unless a request with this key was completed before. A refused
   * request leaves the key free.
   * @throws {CallboardError} IDEMPOTENCY_CONFLICT if the key was used with another request, IDEMPOTENCY_UNFINISHED if the first
   * request with it has no response, and what `work` throws
   */
  readonly once: (request: KeyedRequest, work: () => Promise<string>) => Promise<KeyedResponse>;
}

const RETRY_AFTER_SECONDS = 2;

export interface KeyedRequestsParts {
  readonly database: Database;
  readonly now: () => number;
  /** The end of a request could not be noted, so that its key stays in use. */
  readonly onUnnoted: (error: unknown) => void;
}

export function createKeyedRequests({ database, now, onUnnoted }: KeyedRequestsParts): KeyedRequests {
  /** What the client is answered does not depend on it: the key then stays without a response, and is refused. */
  async function note(write: (tx: Parameters<typeof forgetKeyedRequest>[0]) => Promise<void>): Promise<void> {
    try {
      await database.write(write);
    } catch (error) {
      onUnnoted(error);
    }
  }

  return {
    once: async (keyed, work) => {
      const { id, request, sealingKey } = printKey(keyed);
      const seal = createSeal(sealingKey);
      const startedAt = now();
      const before = await database.write((tx) =>
        beginKeyedRequest(tx, { id, request, startedAt }, startedAt - KEY_KEPT_MS),
      );
      if (before !== undefined)
        return { text: seal.open(id, requireResponse(before, request)), isReplayed: true };
      try {
        const text = await work();
        await note((tx) => endKeyedRequest(tx, id, seal.seal(id, text)));
        return { text, isReplayed: false };
      } catch (error) {
        // A failure of the server may have come after the change was made.
        if (isRefusal(error)) await note((tx) => forgetKeyedRequest(tx, id));
        throw error;
      }
    },
  };
}

const isRefusal = (error: unknown): boolean => error instanceof CallboardError && error.status < 500;

function requireResponse(
  { request: first, response, startedAt }: KeyedRequestRecord,
  request: string,
): Buffer {
  if (first !== request) {
    throw new CallboardError(
      "IDEMPOTENCY_CONFLICT",
      "This Idempotency-Key was used with another request: another operation, parameter or body. Give each request a key of its own",
    );
  }
  if (response !== undefined) return response;
  throw new CallboardError(
    "IDEMPOTENCY_UNFINISHED",
    `The first request with this Idempotency-Key began at ${new Date(startedAt).toISOString()} and has no response. Repeat it in a ` +
      "moment; if it stays so, the first one was interrupted: look whether it took effect, and use another key",
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
