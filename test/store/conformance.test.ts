import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { describeStore } from "./conformance.ts";

let postgres: Postgres;
const directory = mkdtempSync(join(tmpdir(), "callboard-store-"));
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
describeStore("SQLite in memory", "memory", () => Promise.resolve("sqlite::memory:"));
describeStore("a SQLite file", "file", () =>
  Promise.resolve(`sqlite:${join(directory, `${(files += 1)}.sqlite`)}`),
);
describeStore("PostgreSQL", "shared", () => postgres.newUrl());
