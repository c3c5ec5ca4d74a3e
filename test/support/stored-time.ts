/** Times that the database has written by its own clock. */
import { expect } from "vitest";
import type { Database } from "../../src/host/store/db/database.ts";

/** What is stored of a time that was `ms` from now for who wrote it, whose clock showed `now`. */
export function storedTime(database: Database, now: number, ms: number): unknown {
  return database.dialect.name === "sqlite" ? now + ms : expect.closeTo(database.now() + ms, -4);
}
