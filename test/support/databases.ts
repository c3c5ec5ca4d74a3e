/**
 * What a suite says once for both databases: `npm test` runs it on SQLite, `npm run test:stores` on PostgreSQL, of which one
 * server serves the whole run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, inject } from "vitest";
import { CITUS_URL, newSingle, useCitus } from "./citus.ts";
import { onDatabase } from "./pg-client.ts";
import { prepareSchema } from "./prepared.ts";

export type DatabaseName = "SQLite" | "SQLite in memory" | "PostgreSQL";

declare module "vitest" {
  interface ProvidedContext {
    /** Those that the command is for. */
    readonly databases: readonly DatabaseName[];
    /** What URLs of the run's server begin with; test/stores/server.ts starts it, with the databases "migrated" and "distributed". */
    readonly postgres: string;
  }
}

/** Makes a new database that is migrated and otherwise empty. Resolves to its URL. */
export type NewUrl = () => Promise<string>;

/** Describes the same on a SQLite file and on PostgreSQL. */
export function describeOnEach(work: (newUrl: NewUrl, name: DatabaseName) => void): void {
  describeOn("SQLite", work);
  describeOn("PostgreSQL", work);
}

/** Describes what holds on this database; another command than the database's own says nothing of it. */
export function describeOn(name: DatabaseName, work: (newUrl: NewUrl, name: DatabaseName) => void): void {
  if (!inject("databases").includes(name)) return;
  describe(`on ${name}`, () => {
    if (name === "SQLite") work(newFiles(), name);
    else if (name === "PostgreSQL") work(newPostgresUrl, name);
    else work(() => Promise.resolve("sqlite::memory:"), name);
  });
}

function newFiles(): NewUrl {
  const directory = mkdtempSync(join(tmpdir(), "callboard-databases-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  let files = 0;
  return async () => {
    const url = `sqlite:${join(directory, `${(files += 1)}.sqlite`)}`;
    await prepareSchema(url);
    return url;
  };
}

/** With `STORES_AS=distributed` every test makes the statements of a cluster, on one server. */
const TEMPLATE = process.env["STORES_AS"] ?? "migrated";

/** A new database of the run's server. */
export async function newPostgresUrl(): Promise<string> {
  return CITUS_URL === undefined ? copyDatabase(TEMPLATE) : (await useCitus(CITUS_URL)).newUrl();
}

/** A new one that says of itself that it is distributed; on a cluster it is. */
export const newDistributedUrl = (): Promise<string> =>
  CITUS_URL === undefined ? copyDatabase("distributed") : newPostgresUrl();

/** A new one of one server, also where the run's databases are distributed. */
export async function newSingleUrl(): Promise<string> {
  return CITUS_URL === undefined ? copyDatabase("migrated") : (await newSingle(CITUS_URL)).url;
}

async function copyDatabase(template: string): Promise<string> {
  const server = inject("postgres");
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await onDatabase(`${server}/postgres`, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return `${server}/${name}`;
}
