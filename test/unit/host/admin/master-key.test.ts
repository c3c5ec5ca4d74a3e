import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeMasterKey, MASTER_KEY_FILE, readMasterKeyFile } from "../../../../src/host/admin/master-key.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "callboard-master-key-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** One step of the event loop, so that some look for the file while another one writes it. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("processes that start at once use one key", async () => {
  for (let round = 0; round < 20; round++) {
    rmSync(join(folder, MASTER_KEY_FILE), { force: true });
    const keys = await Promise.all(
      Array.from({ length: 20 }, async (_, turns) => {
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        return makeMasterKey(folder);
      }),
    );
    const inFile = await readMasterKeyFile(folder);
    expect(inFile).toHaveLength(32);
    expect(new Set(keys.map(String))).toEqual(new Set([String(inFile)]));
    expect(readdirSync(folder)).toEqual([MASTER_KEY_FILE]);
  }
});

test("a file without a key is kept beside the new one", async () => {
  writeFileSync(join(folder, MASTER_KEY_FILE), "cut o");
  expect(await makeMasterKey(folder)).toEqual(await readMasterKeyFile(folder));
  expect(readdirSync(folder).sort()).toEqual([MASTER_KEY_FILE, `${MASTER_KEY_FILE}.unusable`]);
});
