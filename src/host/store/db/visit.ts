/**
 * A connection to a PostgreSQL database of another program: one at a time, nothing is migrated, and nothing of its roles is changed.
 * What the database reports comes through as it is.
 */
import type { PostgresTarget } from "../../../database-url.ts";
import { nameSetting } from "./postgres-failure.ts";
import { examinePostgres } from "./postgres-session.ts";
import { SILENCE_MS } from "./postgres-socket.ts";
import { ownCode } from "./storage-error.ts";
import type { OutboxQuery } from "../tables/outbox.ts";

export interface Visit {
  /** True if notices arrive; behind a pooler in transaction mode none do. */
  readonly listens: boolean;
  /** Runs the work in one transaction, committed before the promise resolves and rolled back when the work throws. */
  readonly write: <T>(work: (query: OutboxQuery) => Promise<T>) => Promise<T>;
  readonly isLost: () => boolean;
  readonly close: () => Promise<void>;
}

export interface VisitOptions {
  readonly target: PostgresTarget;
  readonly channel: string;
  readonly onNotice: () => void;
}

/** @throws {CallboardError} CONFIG_INVALID or STORAGE if the database can't be used or reached */
export async function visit({ target, channel, onNotice }: VisitOptions): Promise<Visit> {
  const { default: pg } = await import("pg");
  const session = await examinePostgres(target, "another").catch((error: unknown) => {
    throw nameSetting(error, "CALLBOARD_OUTBOX_URL");
  });
  const client = new pg.Client({ ...session.config, query_timeout: SILENCE_MS });
  let isLost = false;
  const lose = () => void (isLost = true);
  client.on("error", lose);
  client.on("end", lose);
  client.on("notification", onNotice);
  const close = () => client.end().catch(() => undefined);
  const query: OutboxQuery = async <R extends object>(sql: string, bind: readonly unknown[] = []) =>
    (await client.query<R>(sql, [...bind])).rows;
  try {
    await client.connect();
    if (!session.isPooled) await client.query(`LISTEN ${channel}`);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    listens: !session.isPooled,
    write: async (work) => {
      await client.query(session.begin);
      try {
        const result = await work(query);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(lose);
        throw error;
      }
    },
    isLost: () => isLost,
    close,
  };
}

/** What is wrong with the table, by the code of PostgreSQL's error (Appendix A of its manual); undefined for any other error. */
export function describeTableProblem(error: unknown): string | undefined {
  return TABLE_PROBLEMS[error instanceof Error ? ownCode(error) : ""];
}

const TABLE_PROBLEMS: Readonly<Record<string, string>> = {
  "42P01":
    "the table callboard_outbox does not exist; create it with the statements of: callboard outbox ddl",
  "42703": "the table callboard_outbox lacks a column; compare it with: callboard outbox ddl",
  "42501": "the role may not read, update and delete the rows of callboard_outbox",
};
