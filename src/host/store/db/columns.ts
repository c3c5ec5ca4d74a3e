/** Converts values of records to columns and back. */
import type { Receiver } from "../../model/endpoint.ts";
import { toInactiveReason } from "../../model/inactive-reason.ts";
import type { Seal } from "../seal.ts";
import type { TableType } from "./dialect.ts";
import { createSharing } from "./sharing.ts";

/** A column as the database has it. */
export interface StoredColumn {
  readonly name: string;
  readonly type: TableType;
  readonly isNullable: boolean;
}

type Stored = Readonly<Record<string, unknown>>;

/** Opens and seals the secrets of one row. */
export interface RowSeal {
  readonly seal: Seal;
  /** Key of the row, which is part of the secret's place. */
  readonly key: readonly unknown[];
}

/** A property of a record, bound to its name. `write` returns a value for each of the `stored` columns. */
export interface Property<T> {
  readonly stored: readonly StoredColumn[];
  readonly read: (row: Stored, seal: () => RowSeal) => T;
  readonly write: (value: T, seal: () => RowSeal) => readonly unknown[];
  /** The place of the secret that is kept here. */
  readonly place?: Place;
}

export type Column<T> = (property: string) => Property<T>;

/** Writes "table|row|column" from the values of the row's key. */
export type Place = (...key: never[]) => string;

function column<T>(
  type: TableType,
  read: (stored: never) => T,
  write: (value: T) => unknown,
  named?: string,
): Column<T> {
  return (property) => {
    const name = named ?? toColumnName(property);
    return {
      stored: [{ name, type, isNullable: false }],
      read: (row) => read(row[name] as never),
      write: (value) => [write(value)],
    };
  };
}

/** `siteNo` → `site_no` */
export function toColumnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const sharing = createSharing();

const itself = <T>(value: T): T => value;

export const int = <T extends number = number>(name?: string): Column<T> =>
  column<T>("int", itself, itself, name);
export const big = (name?: string): Column<number> => column<number>("big", itself, itself, name);
export const text = <T extends string = string>(name?: string): Column<T> =>
  column<T>("text", (stored: T) => sharing.text(stored) as T, itself, name);
/** Why a row is inactive. */
export const inactiveReason: Column<string> = column<string>("text", toInactiveReason, itself);

export const bytes = (name?: string): Column<Buffer> => column<Buffer>("bytes", itself, itself, name);

/** 0 or 1. */
export const flag = (name?: string): Column<boolean> =>
  column<boolean>("int", (stored: number) => stored === 1, Number, name);

/** Kept as JSON text. Rows with the same text share the value, which is frozen. */
export const json = <T>(name?: string): Column<T> =>
  column<T>("text", sharing.json as (stored: string) => T, JSON.stringify, name);

/** Kept with a space between each two. */
export const words = <T extends string>(): Column<readonly T[]> =>
  column<readonly T[]>(
    "text",
    (stored: string) => stored.split(" ") as T[],
    (value) => value.join(" "),
  );

/** Sealed with the master key, at a place of its own. */
export const sealed =
  (name: string, place: Place): Column<string> =>
  () => {
    const at = ({ key }: RowSeal): string => place(...(key as never[]));
    return {
      stored: [{ name, type: "bytes", isNullable: false }],
      read: (row, seal) => seal().seal.open(at(seal()), row[name] as Buffer),
      write: (value, seal) => [seal().seal.seal(at(seal()), value)],
      place,
    };
  };

/** Kept as JSON text, sealed. */
export const sealedJson =
  <T>(name: string, place: Place): Column<T> =>
  (property) => {
    const text = sealed(name, place)(property);
    return {
      ...text,
      read: (row, seal) => JSON.parse(text.read(row, seal)) as T,
      write: (value, seal) => text.write(JSON.stringify(value), seal),
    };
  };

/** Undefined is NULL. */
export const optional =
  <T>(inner: Column<T>): Column<T | undefined> =>
  (property) => {
    const column = inner(property);
    const names = column.stored.map(({ name }) => name);
    return {
      ...column,
      stored: column.stored.map((each) => ({ ...each, isNullable: true })),
      read: (row, seal) => (names.every((name) => row[name] === null) ? undefined : column.read(row, seal)),
      write: (value, seal) => (value === undefined ? names.map(() => null) : column.write(value, seal)),
    };
  };

/** An add-on's key or an outgoing webhook's number. */
export const receiver: Column<Receiver> = () => ({
  stored: [
    { name: "addon_key", type: "text", isNullable: true },
    { name: "webhook_no", type: "int", isNullable: true },
  ],
  read: (row) => toReceiver(row as { addon_key: string | null; webhook_no: number | null }),
  write: (value) => (value.kind === "addon" ? [value.addonKey, null] : [null, value.webhookNo]),
});

export function toReceiver(row: { addon_key: string | null; webhook_no: number | null }): Receiver {
  return row.addon_key === null
    ? { kind: "webhook", webhookNo: row.webhook_no ?? 0 }
    : { kind: "addon", addonKey: row.addon_key };
}
