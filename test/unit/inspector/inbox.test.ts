import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openInboxFile } from "../../../src/inspector/inbox-file.ts";
import { createInbox } from "../../../src/inspector/inbox.ts";
import { captureOf } from "../../support/capture.ts";

const events = (captures: readonly { event: string }[]) => captures.map(({ event }) => event);

describe("an inbox", () => {
  test("keeps the newest, and what is pinned", () => {
    const inbox = createInbox(3);
    const first = inbox.add(captureOf({ event: "a" }));
    inbox.pin(first.id, true);
    for (const event of ["b", "c", "d", "e"]) inbox.add(captureOf({ event }));
    expect(events(inbox.list())).toEqual(["a", "d", "e"]);
    expect(inbox.lastId()).toBe(5);
    inbox.clear();
    expect(events(inbox.list())).toEqual(["a"]);
    expect(inbox.add(captureOf()).id).toBe(6);
  });

  test("keeps no more than 128 MiB of bodies, pinned or not", () => {
    const inbox = createInbox(1_000);
    const body = Buffer.alloc(25 * 1024 * 1024);
    for (let count = 0; count < 8; count += 1) inbox.pin(inbox.add(captureOf({ body })).id, true);
    expect(inbox.list().map(({ id }) => id)).toEqual([4, 5, 6, 7, 8]);
  });

  test("tells whoever watches, until they stop", () => {
    const inbox = createInbox(3);
    const told: string[] = [];
    const stop = inbox.watch(({ kind }) => void told.push(kind));
    const { id } = inbox.add(captureOf());
    inbox.pin(id, true);
    inbox.clear();
    stop();
    inbox.add(captureOf());
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
    const before = await openInboxFile(file, 10);
    const body = Buffer.from([0, 255, 10, 13, 34]);
    before.inbox.add(captureOf({ event: "a", body }));
    before.inbox.pin(1, true);
    before.inbox.add(captureOf({ event: "b" }));
    await before.close();
    const after = await openInboxFile(file, 10);
    expect(after.inbox.list()).toMatchObject([
      { id: 1, event: "a", pinned: true },
      { id: 2, event: "b" },
    ]);
    expect(after.inbox.find(1)?.body.equals(body)).toBe(true);
    expect(after.inbox.add(captureOf()).id).toBe(3);
    await after.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("forgets what was cleared, and what is too much", async () => {
    const before = await openInboxFile(file, 10);
    before.inbox.add(captureOf({ event: "gone" }));
    before.inbox.clear();
    for (const event of ["a", "b", "c"]) before.inbox.add(captureOf({ event }));
    await before.close();
    const after = await openInboxFile(file, 2);
    expect(events(after.inbox.list())).toEqual(["b", "c"]);
    await after.close();
  });

  test("that a crash cut off gives back what is whole", async () => {
    const before = await openInboxFile(file, 10);
    before.inbox.add(captureOf({ event: "a" }));
    await before.close();
    await appendFile(file, '{"added":{"id":2,"event":"b","bo');
    const after = await openInboxFile(file, 10);
    expect(events(after.inbox.list())).toEqual(["a"]);
    await after.close();
  });

  test("that is none is refused and left alone", async () => {
    await writeFile(file, "notes of mine\n");
    await expect(openInboxFile(file, 10)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
