/** Who comes in: tokens, what they open, and the limits of senders. */
import type { Closers } from "../../closers.ts";
import { createSparseLog } from "../../logger.ts";
import { createTokens } from "../admin/tokens.ts";
import { createAccess } from "../web/http/access.ts";
import { createDoor } from "../web/http/door.ts";
import type { Base } from "./base.ts";

export type Doorway = ReturnType<typeof buildDoorway>;

export function buildDoorway(base: Base, closers: Closers) {
  const { config, clock, logger } = base;
  const tokens = createTokens(base);
  const access = createAccess(tokens, clock.steady, clock.now);
  tokens.onRevoked(access.forget);
  closers.add(async () => {
    // When a token was used last is not worth a stop that fails because the database is away.
    await access.flush().catch((error: unknown) => logger.warn("token.update-failed", { error }));
  });
  const sparse = createSparseLog(logger);
  closers.add(() => sparse.stop());
  return { tokens, access, sparse, door: createDoor({ config, logger, sparse }) };
}
