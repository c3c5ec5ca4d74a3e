/** The examples of publishing in a transaction, with the libraries themselves. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Publish } from "../../src/embed/index.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { openProgram } from "../support/program.ts";
import type { Program } from "../support/program.ts";
import { waitFor } from "../support/wait-for.ts";

interface Example {
  readonly stopCrane: (host: { readonly publish: Publish }, crane: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Beside the libraries, where their imports find them. */
const FOLDER = join(import.meta.dirname, "transactional/node_modules/.examples");

let postgres: Postgres;
let url: string;
let program: Program;
let client: pg.Client;
beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  cpSync(join(import.meta.dirname, "../../examples/transactional"), FOLDER, { recursive: true });
  postgres = await startPostgres();
  url = await postgres.newUrl();
  program = await openProgram({ databaseUrl: url });
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE TABLE cranes (no INTEGER PRIMARY KEY, state TEXT NOT NULL);
    INSERT INTO cranes SELECT n, 'runs' FROM generate_series(1, 10) n`);
});
afterAll(async () => {
  await client.end();
  await program.close();
  await postgres.stop();
});

test.each([
  ["pg", 1],
  ["sequelize", 3],
  ["knex", 5],
  ["typeorm", 7],
])("in a transaction of %s, change and event are committed or rolled back together", async (name, crane) => {
  const { open } = (await import(pathToFileURL(join(FOLDER, `${name}.mjs`)).href)) as {
    readonly open: (of: string) => Example;
  };
  const example = open(url);
  const findState = async (no: number) =>
    (await client.query<{ state: string }>("SELECT state FROM cranes WHERE no = $1", [no])).rows[0]?.state;
  const failing: { readonly publish: Publish } = {
    publish: async (...given) => {
      const { deliveries } = await program.host.publish(...given);
      expect(deliveries).toHaveLength(1);
      throw new Error("what comes after it fails");
    },
  };
  await expect(example.stopCrane(failing, crane + 1)).rejects.toThrow("what comes after it fails");
  await example.stopCrane(program.host, crane);
  await waitFor(() => expect(program.arrived()).toContain(crane));
  expect([await findState(crane), await findState(crane + 1)]).toEqual(["stopped", "runs"]);
  expect(program.arrived()).not.toContain(crane + 1);
  await example.close();
});
