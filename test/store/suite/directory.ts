/** The directory: entries by key, pages of them, and checks that one process takes. */
import { expect, test } from "vitest";
import type { Database } from "../../../src/host/store/db/database.ts";
import {
  changeEntry,
  changeEntryOfUrl,
  claimEntry,
  countEntries,
  deleteEntry,
  findEntriesOfUrl,
  findEntry,
  insertEntry,
  listDueEntries,
  listEntries,
  listEntryVersions,
  makeEntriesDue,
} from "../../../src/host/store/tables/directory.ts";
import type { DirectoryEntry } from "../../../src/host/store/tables/directory.ts";
import { readInstallSources, writeInstallSources } from "../../../src/host/store/tables/settings.ts";
import type { OpenStore } from "../conformance.ts";

const newEntry = (addonKey: string, more: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  addonKey,
  descriptorUrl: `https://${addonKey}.example.org/d.json`,
  name: `Add-on ${addonKey}`,
  vendor: undefined,
  description: undefined,
  version: "1.0",
  edited: {},
  addedAt: 1,
  addedBy: "token:a",
  readAt: 2,
  failedAt: undefined,
  failureCode: undefined,
  failure: undefined,
  checkAt: 100,
  ...more,
});

async function openWith(open: OpenStore, entries: readonly DirectoryEntry[]): Promise<Database> {
  const database = await open();
  await database.write(async (tx) => {
    for (const entry of entries) expect(await insertEntry(tx, entry)).toBe(true);
  });
  return database;
}
const listKeys = (entries: readonly DirectoryEntry[]) => entries.map(({ addonKey }) => addonKey);

export function directoryTests(open: OpenStore): void {
  test("an entry comes back as it was written, once", async () => {
    const full = newEntry("a", {
      vendor: "Ring & Co",
      description: "Rings\n“loud”",
      edited: { name: "The bell" },
      failedAt: 5,
      failureCode: "DNS_FAIL",
      failure: "no such host",
    });
    const database = await openWith(open, [full, newEntry("b", { version: undefined })]);
    expect(await findEntry(database.read, "a")).toEqual(full);
    expect(await findEntry(database.read, "c")).toBeUndefined();
    expect(await database.write((tx) => insertEntry(tx, newEntry("a")))).toBe(false);
    expect(await findEntry(database.read, "a")).toEqual(full);
    expect(await countEntries(database.read)).toBe(2);
    expect([...(await listEntryVersions(database.read))]).toEqual([["a", "1.0"]]);
    expect(listKeys(await findEntriesOfUrl(database.read, full.descriptorUrl))).toEqual(["a"]);
    expect(await database.write((tx) => deleteEntry(tx, "a"))).toBe(true);
    expect(await database.write((tx) => deleteEntry(tx, "a"))).toBe(false);
  });

  test("entries are listed by key, those after one", async () => {
    const database = await openWith(
      open,
      ["b", "A", "c", "a"].map((key) => newEntry(key)),
    );
    expect(listKeys(await listEntries(database.read, 10))).toEqual(["A", "a", "b", "c"]);
    expect(listKeys(await listEntries(database.read, 2, "A"))).toEqual(["a", "b"]);
  });

  test("a change leaves the rest, and doesn't reach an entry that has another URL by now", async () => {
    const database = await openWith(open, [newEntry("a")]);
    await database.write(async (tx) => {
      expect(await changeEntry(tx, "a", { version: "2", failedAt: undefined })).toBe(true);
      expect(await changeEntry(tx, "b", { version: "2" })).toBe(false);
      const other = { addonKey: "a", descriptorUrl: "https://other.example.org" };
      expect(await changeEntryOfUrl(tx, other, { version: "3" })).toBe(false);
    });
    expect(await findEntry(database.read, "a")).toEqual(newEntry("a", { version: "2" }));
  });

  test("what is due is taken once", async () => {
    const database = await openWith(open, [
      newEntry("late", { checkAt: 50 }),
      newEntry("later", { checkAt: 60 }),
      newEntry("tomorrow", { checkAt: 500 }),
    ]);
    const due = await listDueEntries(database.read, 60, 10);
    expect(listKeys(due)).toEqual(["late", "later"]);
    expect(listKeys(await listDueEntries(database.read, 60, 1))).toEqual(["late"]);
    const [late] = due;
    if (late === undefined) throw new Error("none is due");
    expect(await database.write((tx) => claimEntry(tx, late, 1_000))).toBe(true);
    expect(await database.write((tx) => claimEntry(tx, late, 1_000))).toBe(false);
    expect(listKeys(await listDueEntries(database.read, 60, 10))).toEqual(["later"]);
    expect(await database.write((tx) => makeEntriesDue(tx, 70))).toBe(2);
    expect(await listDueEntries(database.read, 70, 10)).toHaveLength(3);
  });

  test("add-ons are installed from anywhere until that is changed", async () => {
    const database = await open();
    expect(await readInstallSources(database.read)).toBe("anywhere");
    await database.write((tx) => writeInstallSources(tx, "directory"));
    expect(await readInstallSources(database.read)).toBe("directory");
    await database.write((tx) => writeInstallSources(tx, "anywhere"));
    expect(await readInstallSources(database.read)).toBe("anywhere");
  });
}
