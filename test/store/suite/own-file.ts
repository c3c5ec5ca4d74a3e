/** What only SQLite does: one process owns the file, writes one after the other, claiming writes nothing, and what is due is read. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dueDeliveries } from "../../../src/host/store/tables/deliveries.ts";
import { openDatabase } from "../../../src/host/store/db/database.ts";
import { saveInstallation } from "../../../src/host/store/tables/installations.ts";
import { readSetting, replaceSetting, writeSetting } from "../../../src/host/store/tables/settings.ts";
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

  test("a model's change outside a transaction waits for the one in progress, and is not undone with it", async () => {
    const database = await open();
    const order: string[] = [];
    let changes: readonly Promise<unknown>[] = [];

    const undone = database.write(async (tx) => {
      await writeSetting(tx, "undone", "1");
      changes = [
        writeSetting(database.autocommit, "saved", "1"),
        replaceSetting(database.autocommit, "inserted", undefined, "1"),
        database.write((later) => writeSetting(later, "written", "1")),
      ].map((change) => Promise.resolve(change).then(() => order.push("change")));
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push("end");
      throw new TypeError("ours");
    });

    await expect(undone).rejects.toThrow("ours");
    await Promise.all(changes);
    expect(order).toEqual(["end", "change", "change", "change"]);
    const names = ["undone", "saved", "inserted", "written"];
    expect(await Promise.all(names.map((name) => readSetting(database.read, name)))).toEqual([
      undefined,
      "1",
      "1",
      "1",
    ]);
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

  test("a model's read waits for no transaction, and sees nothing of it before its commit", async () => {
    const database = await openMigrated(await newUrl());
    const seen: unknown[] = [];
    const look = async () => seen.push(await readSetting(database.read, "name"));

    await database.write(async (tx) => {
      await writeSetting(tx, "name", "value");
      // In the queue of the writes, it would wait for the end of this transaction.
      await look();
    });
    await look();
    await database.close();

    expect(seen).toEqual([undefined, "value"]);
  });

  test("a model can't write by way of the reader", async () => {
    const database = await openMigrated(await newUrl());
    await database.write((tx) => writeSetting(tx, "name", "value"));

    for (const change of [
      () => writeSetting(database.read, "name", "other"),
      () => replaceSetting(database.read, "name", "value", "other"),
      () => replaceSetting(database.read, "new", undefined, "other"),
    ])
      await expect(change()).rejects.toThrow("database cannot be written");
    expect(await database.read.query("SELECT * FROM callboard_setting WHERE name = 'new'")).toEqual([]);
    expect(await readSetting(database.read, "name")).toBe("value");
    await database.close();
  });
}
