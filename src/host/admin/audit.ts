/** The audit log: who changed what. */
import type { HostContext } from "../context.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { firstUuidAt } from "../model/ids.ts";
import { listAudit } from "../store/tables/audit.ts";
import type { AuditEntry } from "../store/tables/audit.ts";
import { requireCheckpoint, verifyAudit } from "./audit-chain.ts";
import type { AuditVerification } from "./audit-chain.ts";

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  /** Cursor of the next page. A page of a search can be short or even empty and still have one, because the search is bounded. */
  readonly next: string | undefined;
}

/** Everything is optional. Times are epoch ms, `until` not included. */
export interface AuditFilter {
  /** Part of an actor, action, object, detail or address. */
  readonly search?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface Audit {
  /** Newest first. @throws {CallboardError} QUERY_INVALID */
  readonly list: (page: PageRequest, filter?: AuditFilter) => Promise<AuditPage>;
  /** Checks the whole chain. @throws {CallboardError} QUERY_INVALID if the checkpoint has another form */
  readonly verify: (checkpoint?: string) => Promise<AuditVerification>;
}

/** IDs are hexadecimal. */
const ABOVE_ALL = "g";

export function createAudit({ database: { lists }, seal }: Pick<HostContext, "database" | "seal">): Audit {
  return {
    list: async ({ limit, cursor }, { search = "", since, until } = {}) => {
      const ends = [
        ...(until === undefined ? [] : [firstUuidAt(until)]),
        ...(cursor === undefined ? [] : [requireIdCursor(cursor)]),
      ];
      const range = {
        from: since === undefined ? "" : firstUuidAt(since),
        below: ends.toSorted()[0] ?? ABOVE_ALL,
      };
      const walk = { range, search: search.trim(), limit: limit + 1 };
      const { rows, stoppedAt } = await listAudit(await lists(), walk);
      const { items, next = stoppedAt } = pageFrom(rows, limit, ({ id }) => id);
      return { items, next };
    },
    verify: async (checkpoint) =>
      verifyAudit(await lists(), seal, checkpoint === undefined ? undefined : requireCheckpoint(checkpoint)),
  };
}
