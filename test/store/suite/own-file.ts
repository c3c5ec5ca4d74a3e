/** What only SQLite does: one process owns the file, claiming writes nothing, and what is due is read. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dueDeliveries } from "../../../src/host/store/tables/deliveries.ts";
import { openDatabase } from "../../../src/host/store/db/database.ts";
import { saveInstallation } from "../../../src/host/store/tables/installations.ts";
import { writeSetting } from "../../../src/host/store/tables/settings.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newDelivery,
  newEvent,
  newInstallation,
  openMigrated,
  seal,
} from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

export function owningTests(open: OpenStore): void {
  test("what is due comes oldest first, per endpoint and lane, and nothing is written", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const event = newEvent(no, { body: '{"n":1}', actor: "somebody" });
    const late = newDelivery(no, event.id, 0, { dueAt: 30 });
    const early = newDelivery(no, event.id, 1, { dueAt: 10, matched: [1, 2] });
    await database.write(async (tx) => {
      await addEvents(tx, [event]);
      await addDeliveries(tx, [
        late,
        early,
        newDelivery(no, event.id, 2, { dueAt: 20, lane: 1 }),
        newDelivery(no, event.id, 3, { dueAt: 20, endpointNo: 2 }),
        newDelivery(no, event.id, 4, { dueAt: 31 }),
      ]);
    });
    const demand = { siteNo: no, endpointNo: 1, lane: 0 as const, slots: 5 };

    const { due, more } = await dueDeliveries(database.read, demand, new Set(), 30);
    const one = await dueDeliveries(database.read, { ...demand, slots: 1 }, new Set(), 30);
    const other = await dueDeliveries(database.read, { ...demand, slots: 1 }, new Set([early.id]), 30);
    const none = await dueDeliveries(database.read, demand, new Set([early.id, late.id]), 30);

    expect(due).toMatchObject([
      { id: early.id, matched: [1, 2], actor: "somebody", body: Buffer.from('{"n":1}'), lease: undefined },
      { id: late.id, matched: [1] },
    ]);
    expect(due).toHaveLength(2);
    expect(more).toBe(false);
    expect([one, other].map(({ due: [found], ...rest }) => [found?.id, rest.more])).toEqual([
      [early.id, true],
      [late.id, true],
    ]);
    expect(none).toEqual({ due: [], more: false });
  });
}

export function fileTests(newUrl: () => Promise<string>): void {
  test("a second process on one file is refused with a sentence that says what to do", async () => {
    const url = await newUrl();
    const first = await openDatabase(url);

    await expect(openDatabase(url)).rejects.toMatchObject({
      code: "STORE_LOCKED",
      message: expect.stringContaining("CALLBOARD_DATABASE_URL"),
    });

    await first.close();
    await (await openDatabase(url)).close();
  });

  test("no secret stands in the file, in its log or beside it", async () => {
    const url = await newUrl();
    const file = url.slice("sqlite:".length);
    const database = await openMigrated(url);
    const { no } = await addSite(database);
    await database.write((tx) =>
      saveInstallation(tx, seal, newInstallation(no, "one", { sharedSecret: "canary-in-the-file" })),
    );

    const inUse = [file, `${file}-wal`].map((path) => readFileSync(path, "latin1")).join("");
    await database.close();

    expect(inUse).toContain("client-of-jira");
    expect(inUse).not.toContain("canary-in-the-file");
    expect(readFileSync(file, "latin1")).not.toContain("canary-in-the-file");
  });

  test("a reader sees nothing of a transaction before its commit", async () => {
    const database = await openMigrated(await newUrl());
    const seen: unknown[] = [];
    const look = async () =>
      seen.push((await database.read.query("SELECT name FROM callboard_setting")).length);

    await database.write(async (tx) => {
      await writeSetting(tx, "name", "value");
      await look();
    });
    await look();
    await database.close();

    expect(seen).toEqual([0, 1]);
  });
}
