/**
 * Erases a text, such as a person's mail address, from what was sent and recorded: a few rows at a time, so that events are accepted
 * meanwhile. Callers repeat a step with its cursor until there is none.
 */
import { CallboardError } from "../../errors.ts";
import type { HostContext } from "../context.ts";
import { AUDIT_ERASED, formatErased } from "../model/erased-entries.ts";
import { findFate } from "../model/erasure-fates.ts";
import type { Fate } from "../model/erasure-fates.ts";
import { eventOfDelivery } from "../model/ids.ts";
import type { SiteId } from "../model/ids.ts";
import { eraseSubject } from "../model/subject.ts";
import type { Queryable } from "../store/db/database.ts";
import { findInWindow } from "../store/find-text.ts";
import type { FoundRow } from "../store/find-text.ts";
import { listTables } from "../store/schema.ts";
import type { SchemaTable } from "../store/schema.ts";
import { appendAudit, findEntry, replaceEntry } from "../store/tables/audit.ts";
import type { AuditEntry, Author } from "../store/tables/audit.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import type { EndedDelivery } from "../store/tables/ended.ts";
import { forgetNamedKeys } from "../store/tables/order.ts";
import { cancelWaitingOfEvents } from "../store/tables/reopen.ts";

/** Rows that are looked through at once, and time for one step. */
const WINDOW_ROWS = 200;
const STEP_MS = 1_000;

export interface ErasureRequest {
  readonly subject: string;
  /** False only counts. */
  readonly confirm: boolean;
  /** That of the step before. */
  readonly cursor?: string;
}

type Counts = Readonly<Record<string, number>>;

export interface ErasureStep {
  /** Values that were erased, or would be, by "table.column". */
  readonly found: Counts;
  /** Values that hold the subject and stay, by "table.column". */
  readonly left: Counts;
  /** Waiting deliveries that were canceled. */
  readonly canceled: number;
  /** Rows that were looked through. */
  readonly scanned: number;
  /** Undefined after the last step. */
  readonly cursor: string | undefined;
}

export interface Erasures {
  /** @throws {CallboardError} BODY_SCHEMA if the cursor is of something else */
  readonly step: (request: ErasureRequest, by: Author) => Promise<ErasureStep>;
}

export interface ErasuresDependencies extends Pick<HostContext, "database" | "now"> {
  /** Deliveries were canceled: those in memory are not sent. */
  readonly drop: (deliveries: readonly EndedDelivery[]) => void;
  /** Others of their keys are due instead. */
  readonly wake: (lanes: readonly DueAt[]) => void;
}

export function createErasures({ database, now, drop, wake }: ErasuresDependencies): Erasures {
  async function eraseRows(
    table: SchemaTable,
    rows: readonly FoundRow[],
    request: ErasureRequest,
    by: Author,
  ) {
    const canceled = await database.write(async (tx) => {
      // Before the rows change: the next delivery of a key is found by it.
      const ends = await cancelWaitingOfEvents(tx, listEvents(table, rows), now());
      await eraseFrom(tx, table, rows, { subject: request.subject, by });
      const counts = countColumns(table, rows, isErasable);
      const detail = Object.entries(counts).map(([place, count]) => `${place} ${count}`);
      await appendAudit(tx, { ...by, action: "data.erased", object: table.name, detail: detail.join(", ") });
      return ends;
    });
    drop(canceled.ended);
    wake(canceled.freed);
    return canceled.ended.length;
  }

  return {
    step: async (request, by) => {
      const tables = await listTables(database.read);
      let place = parseCursor(request.cursor, tables);
      const [found, left] = [new Map<string, number>(), new Map<string, number>()];
      let [canceled, scanned] = [0, 0];
      const until = performance.now() + STEP_MS;
      while (place !== undefined && performance.now() < until) {
        const { table, after } = place;
        const window = await findInWindow(database.read, table, {
          after,
          size: WINDOW_ROWS,
          subject: request.subject,
        });
        const { rows, last } = window;
        scanned += window.scanned;
        addTo(found, countColumns(table, rows, isErasable));
        addTo(
          left,
          countColumns(table, rows, (...at) => !isErasable(...at)),
        );
        const erasable = rows.filter((found) =>
          found.columns.some((column) => isErasable(table, found, column)),
        );
        if (request.confirm && erasable.length > 0) canceled += await eraseRows(table, erasable, request, by);
        place = last === undefined ? nextTable(tables, table) : { table, after: last };
      }
      return {
        found: Object.fromEntries(found),
        left: Object.fromEntries(left),
        canceled,
        scanned,
        cursor: place === undefined ? undefined : formatCursor(place),
      };
    },
  };
}

const shortName = ({ name }: SchemaTable): string => name.replace(/^callboard_/, "");
const getFate = (table: SchemaTable, { row }: FoundRow, column: string): Fate | undefined =>
  findFate(shortName(table), column, (row["removed_at"] ?? row["revoked_at"] ?? null) !== null);
const isErasable = (table: SchemaTable, found: FoundRow, column: string): boolean =>
  getFate(table, found, column) !== undefined;

function countColumns(
  table: SchemaTable,
  rows: readonly FoundRow[],
  isCounted: (table: SchemaTable, found: FoundRow, column: string) => boolean,
): Counts {
  const counts: Record<string, number> = {};
  for (const found of rows) {
    for (const column of found.columns) {
      if (!isCounted(table, found, column)) continue;
      const place = `${shortName(table)}.${column}`;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return counts;
}

function addTo(counts: Map<string, number>, more: Counts): void {
  for (const [place, count] of Object.entries(more)) counts.set(place, (counts.get(place) ?? 0) + count);
}

/** The events whose bodies hold the subject, or held it: a delivery has its key of them. */
function listEvents(table: SchemaTable, rows: readonly FoundRow[]): readonly SiteId[] {
  const toId = ({ row }: FoundRow) => ({ siteNo: row["site_no"] as number, id: row["id"] as string });
  switch (shortName(table)) {
    case "event":
      return rows.filter(({ columns }) => columns.includes("body")).map(toId);
    case "delivery":
      return rows.map(toId).map(({ siteNo, id }) => ({ siteNo, id: eventOfDelivery(id) }));
    default:
      return [];
  }
}

interface Erasing {
  readonly subject: string;
  readonly by: Author;
}

async function eraseFrom(
  tx: Queryable,
  table: SchemaTable,
  rows: readonly FoundRow[],
  { subject, by }: Erasing,
): Promise<void> {
  switch (shortName(table)) {
    case "audit":
      return eraseEntries(tx, rows, subject, by);
    case "order_key":
      return forgetNamedKeys(
        tx,
        rows.map(({ row }) => ({ siteNo: row["site_no"] as number, key: row["key"] as string })),
      );
    default:
      for (const found of rows) await eraseRow(tx, table, found, subject);
  }
}

async function eraseRow(tx: Queryable, table: SchemaTable, found: FoundRow, subject: string): Promise<void> {
  const { key, row } = found;
  const changes: (readonly [column: string, value: string | null])[] = [];
  for (const column of found.columns) {
    const fate = getFate(table, found, column);
    if (fate === undefined || fate === "forgotten") continue;
    changes.push([column, fate === "replaced" ? eraseSubject(String(row[column]), subject) : fate.value]);
  }
  const set = changes.map(([column], index) => `${column} = $${index + 1}`).join(", ");
  const where = table.key.map((column, index) => `${column} = $${changes.length + index + 1}`).join(" AND ");
  await tx.query(`UPDATE ${table.name} SET ${set} WHERE ${where}`, [
    ...changes.map(([, value]) => value),
    ...key,
  ]);
}

/** The chain stays verifiable: an entry of its own names those that were changed, each with the hash of its present text. */
async function eraseEntries(
  tx: Queryable,
  rows: readonly FoundRow[],
  subject: string,
  by: Author,
): Promise<void> {
  const erased: AuditEntry[] = [];
  for (const { key } of rows) {
    const entry = await findEntry(tx, String(key[0]));
    if (entry === undefined) continue;
    const { actor, object, detail, address } = entry;
    const [a = "", o = "", d = "", ip = ""] = [actor, object, detail, address].map((text) =>
      eraseSubject(text, subject),
    );
    erased.push({ ...entry, actor: a, object: o, detail: d, address: ip });
  }
  for (const entry of erased) await replaceEntry(tx, entry);
  await appendAudit(tx, { ...by, action: AUDIT_ERASED, object: "audit", detail: formatErased(erased) });
}

interface Place {
  readonly table: SchemaTable;
  readonly after: readonly unknown[] | undefined;
}

const nextTable = (tables: readonly SchemaTable[], { name }: SchemaTable): Place | undefined => {
  const table = tables[tables.findIndex((each) => each.name === name) + 1];
  return table === undefined ? undefined : { table, after: undefined };
};

const formatCursor = ({ table, after }: Place): string =>
  Buffer.from(JSON.stringify([table.name, after ?? null])).toString("base64url");

/** @throws {CallboardError} QUERY_INVALID */
function parseCursor(cursor: string | undefined, tables: readonly SchemaTable[]): Place | undefined {
  const [first] = tables;
  if (cursor === undefined) return first === undefined ? undefined : { table: first, after: undefined };
  const [name, after] = readCursor(cursor);
  const table = tables.find((each) => each.name === name);
  if (table === undefined || (after !== null && after.length !== table.key.length)) throw wrongCursor();
  return { table, after: after ?? undefined };
}

function readCursor(cursor: string): readonly [name: unknown, after: readonly (string | number)[] | null] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(read)) throw wrongCursor();
    const [name, after] = read as readonly unknown[];
    const isKey =
      Array.isArray(after) && after.every((each) => typeof each === "string" || typeof each === "number");
    if (after !== null && !isKey) throw wrongCursor();
    return [name, after];
  } catch {
    throw wrongCursor();
  }
}

function wrongCursor(): CallboardError {
  const detail = "must be the one of the step before";
  return new CallboardError("BODY_SCHEMA", `/cursor ${detail}`, { errors: [{ pointer: "/cursor", detail }] });
}
