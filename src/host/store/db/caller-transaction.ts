/**
 * The transaction of a program around the host, on a connection of the program's own. Statements run in it as they are: their errors
 * come through, and nothing of the session is changed. Tables are named with their schema, since the search path is the program's.
 */
import { randomUUID } from "node:crypto";
import { CallboardError } from "../../../errors.ts";
import type { TransactionClient } from "../../model/published.ts";
import { bindAsJson } from "./dialect.ts";
import type { Database, Queryable } from "./queryable.ts";

export interface CallerTransaction extends Queryable {
  /** True in the transaction that was entered, and false after it, as SQL with `$1` = `mark`. */
  readonly isWithin: string;
  readonly mark: string;
}

/**
 * Enters the transaction with the first statement, which checks where the client is connected.
 * @throws {CallboardError} TRANSACTION_OTHER_DATABASE; whatever the client throws
 */
export type EnterTransaction = (client: TransactionClient) => Promise<CallerTransaction>;

/** The setting that marks a transaction. Its value ends with the transaction: a client without one has lost it one statement later. */
const MARK = "callboard.transaction";

interface Place {
  /** Start of the server and OID of the database: the same for two connections to one database only. */
  readonly server: string;
  readonly database: string;
}

/** The same in every session, whatever its time zone and formats are. */
const PLACE = `(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint::text AS server,
  (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database`;

interface OwnPlace extends Place {
  /** The schema of the host's tables, quoted. */
  readonly schema: string;
}

export function createEnterTransaction({
  dialect,
  read,
}: Pick<Database, "dialect" | "read">): EnterTransaction {
  let known: Promise<OwnPlace> | undefined;

  async function readOwnPlace(): Promise<OwnPlace> {
    const [place] = await read.query<OwnPlace>(
      `SELECT ${PLACE}, (SELECT relnamespace::regnamespace::text FROM pg_class
         WHERE oid = to_regclass('callboard_event')) AS schema`,
    );
    if (place === undefined) throw new Error("the database returned no row");
    return place;
  }

  function ownPlace(): Promise<OwnPlace> {
    known ??= readOwnPlace().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  /** A server that was started again since has another start. */
  async function requireSame(place: Place | undefined): Promise<void> {
    if (isSame(place, await ownPlace())) return;
    known = undefined;
    if (isSame(place, await ownPlace())) return;
    throw new CallboardError(
      "TRANSACTION_OTHER_DATABASE",
      "The client is connected to another database than the host. Connect it to the database of databaseUrl",
    );
  }

  return async (client) => {
    const { schema } = await ownPlace();
    const tx: Queryable = {
      // Clients differ in what they make of values in a binary format.
      dialect: { ...dialect, bindRows: bindAsJson(dialect.rows), bindNewRows: bindAsJson(dialect.newRows) },
      query: async (sql, bind = []) => toRows(await client.query(inSchema(sql, schema), [...bind])),
    };
    const mark = randomUUID();
    const [place] = await tx.query<Place>(`SELECT set_config('${MARK}', $1, true), ${PLACE}`, [mark]);
    await requireSame(place);
    return { ...tx, mark, isWithin: `COALESCE(current_setting('${MARK}', true), '') = $1` };
  };
}

const isSame = (one: Place | undefined, other: Place): boolean =>
  one !== undefined && one.server === other.server && one.database === other.database;

const inSchema = (sql: string, schema: string): string =>
  sql.replaceAll(
    /\b(FROM|INTO|JOIN) (callboard_\w+)/g,
    (_, word: string, table: string) => `${word} ${schema}.${table}`,
  );

/** pg resolves to an object with rows, other libraries to the rows. */
function toRows<R>(result: unknown): R[] {
  if (Array.isArray(result)) return result as R[];
  const { rows } = Object(result) as { readonly rows?: unknown };
  if (Array.isArray(rows)) return rows as R[];
  throw new CallboardError(
    "TRANSACTION_UNSUPPORTED",
    "The client's query function must resolve to rows, or to an object with rows",
  );
}

/** @throws {CallboardError} TRANSACTION_UNSUPPORTED if the value has no query function */
export function requireClient(client: TransactionClient | undefined): asserts client is TransactionClient {
  const { query } = Object(client) as { readonly query?: unknown };
  if (typeof query === "function") return;
  throw new CallboardError(
    "TRANSACTION_UNSUPPORTED",
    "The client must have a function query(sql, params): pass the connection of your transaction",
  );
}
