import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openInboxFile } from "../../../src/inspector/inbox-file.ts";
import { createInbox } from "../../../src/inspector/inbox.ts";
import { createCapture } from "../../support/capture.ts";

const fail = (error: unknown): never => {
  throw error;
};
const events = (captures: readonly { event: string }[]) => captures.map(({ event }) => event);

describe("an inbox", () => {
  test("keeps the newest, and what is pinned", () => {
    const inbox = createInbox(3);
    const first = inbox.add(createCapture({ event: "a" }));
    inbox.pin(first.id, true);
    for (const event of ["b", "c", "d", "e"]) inbox.add(createCapture({ event }));
    expect(events(inbox.list())).toEqual(["a", "d", "e"]);
    expect(inbox.lastId()).toBe(5);
    inbox.clear();
    expect(events(inbox.list())).toEqual(["a"]);
    expect(inbox.add(createCapture()).id).toBe(6);
  });

  test("keeps no more than 128 MiB of bodies, pinned or not", () => {
    const inbox = createInbox(1_000);
    const body = Buffer.alloc(25 * 1024 * 1024);
    for (let count = 0; count < 8; count += 1) inbox.pin(inbox.add(createCapture({ body })).id, true);
    expect(inbox.list().map(({ id }) => id)).toEqual([4, 5, 6, 7, 8]);
  });

  test("tells whoever watches, until they stop", () => {
    const inbox = createInbox(3);
    const told: string[] = [];
    const stop = inbox.watch(({ kind }) => void told.push(kind));
    const { id } = inbox.add(createCapture());
    inbox.pin(id, true);
    inbox.clear();
    stop();
    inbox.add(createCapture());
    expect(told).toEqual(["added", "pinned", "cleared"]);
  });
});

describe("a file of an inbox", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "callboard-inbox-"));
    file = join(folder, "inbox.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("brings everything back, byte for byte", async () => {
    const before = await openInboxFile(file, 10, fail);
    const body = Buffer.from([0, 255, 10, 13, 34]);
    before.inbox.add(createCapture({ event: "a", body }));
    before.inbox.pin(1, true);
    before.inbox.add(createCapture({ event: "b" }));
    await before.close();
    const after = await openInboxFile(file, 10, fail);
    expect(after.inbox.list()).toMatchObject([
      { id: 1, event: "a", pinned: true },
      { id: 2, event: "b" },
    ]);
    expect(after.inbox.find(1)?.body.equals(body)).toBe(true);
    expect(after.inbox.add(createCapture()).id).toBe(3);
    await after.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("forgets what was cleared, and what is too much", async () => {
    const before = await openInboxFile(file, 10, fail);
    before.inbox.add(createCapture({ event: "gone" }));
    before.inbox.clear();
    for (const event of ["a", "b", "c"]) before.inbox.add(createCapture({ event }));
    await before.close();
    const after = await openInboxFile(file, 2, fail);
    expect(events(after.inbox.list())).toEqual(["b", "c"]);
    await after.close();
  });

  test("that a crash cut off gives back what is whole", async () => {
    const before = await openInboxFile(file, 10, fail);
    before.inbox.add(createCapture({ event: "a" }));
    await before.close();
    await appendFile(file, '{"added":{"id":2,"event":"b","bo');
    const after = await openInboxFile(file, 10, fail);
    expect(events(after.inbox.list())).toEqual(["a"]);
    await after.close();
  });

  test.each(["notes of mine\n", "notes of mine", '{"mine":1}', '{"cleared":true}\nmine'])(
    "that is none is refused and left alone: %j",
    async (text) => {
      await writeFile(file, text);
      await expect(openInboxFile(file, 10, fail)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
      expect(await readFile(file, "utf8")).toBe(text);
    },
  );

  test("of a later version is refused and left alone", async () => {
    const text = '{"format":2,"lastId":7}\n{"added":{"id":7}}\n';
    await writeFile(file, text);
    await expect(openInboxFile(file, 10, fail)).rejects.toMatchObject({
      code: "STORE_TOO_NEW",
      message: expect.stringContaining("format 2") as string,
    });
    expect(await readFile(file, "utf8")).toBe(text);
  });

  test("goes on counting after everything was cleared", async () => {
    const before = await openInboxFile(file, 10, fail);
    before.inbox.add(createCapture());
    before.inbox.clear();
    await before.close();
    const between = await openInboxFile(file, 10, fail);
    await between.close();
    const after = await openInboxFile(file, 10, fail);
    expect(after.inbox.add(createCapture()).id).toBe(2);
    await after.close();
  });

  test("stays small however much passes through, and loses nothing that is kept", async () => {
    const before = await openInboxFile(file, 2, fail);
    const body = Buffer.alloc(1_000_000, "x");
    for (let count = 0; count < 100; count += 1) {
      before.inbox.add(createCapture({ event: `event ${count}`, body }));
      if (count % 10 === 0) await new Promise(setImmediate);
    }
    await before.close();
    expect((await stat(file)).size).toBeLessThan(25_000_000);
    const after = await openInboxFile(file, 2, fail);
    expect(after.inbox.list().map(({ id, event }) => [id, event])).toEqual([
      [99, "event 98"],
      [100, "event 99"],
    ]);
    await after.close();
  });

  test("that cannot be written is told, and made good as soon as it can be", async () => {
    const told: unknown[] = [];
    const before = await openInboxFile(file, 10, (error) => void told.push(error));
    await rm(file);
    await mkdir(file);
    before.inbox.add(createCapture({ event: "a" }));
    await before.close();
    expect(told).toMatchObject([{ code: "EISDIR" }]);
    await rm(file, { recursive: true });
    before.inbox.add(createCapture({ event: "b" }));
    await before.close();
    expect(told).toHaveLength(1);
    const after = await openInboxFile(file, 10, fail);
    expect(events(after.inbox.list())).toEqual(["a", "b"]);
    await after.close();
  });
});
