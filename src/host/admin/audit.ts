/** The audit log: who changed what. */
import type { HostContext } from "../context.ts";
import { pageFrom, requireIdCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { listAudit } from "../store/tables/audit.ts";
import type { AuditEntry } from "../store/tables/audit.ts";
import { requireCheckpoint, verifyAudit } from "./audit-chain.ts";
import type { AuditVerification } from "./audit-chain.ts";

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly next: string | undefined;
}

export interface Audit {
  /** Newest first. @throws {CallboardError} QUERY_INVALID */
  readonly list: (page: PageRequest) => Promise<AuditPage>;
  /** Checks the whole chain. @throws {CallboardError} QUERY_INVALID if the checkpoint has another form */
  readonly verify: (checkpoint?: string) => Promise<AuditVerification>;
}

export function createAudit({ database: { read }, seal }: Pick<HostContext, "database" | "seal">): Audit {
  return {
    list: async ({ limit, cursor }) => {
      const before = cursor === undefined ? undefined : requireIdCursor(cursor);
      return pageFrom(await listAudit(read, limit + 1, before), limit, ({ id }) => id);
    },
    verify: (checkpoint) =>
      verifyAudit(read, seal, checkpoint === undefined ? undefined : requireCheckpoint(checkpoint)),
  };
}
