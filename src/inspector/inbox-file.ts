/**
 * The inbox over restarts: a file of one JSON line per change, read back at the next start. It is tidied up then, and
 * whenever what was forgotten takes up more room than what is kept.
 */
import { appendFile, readFile } from "node:fs/promises";
import { CallboardError } from "../errors.ts";
import { replaceFile } from "../whole-file.ts";
import type { Capture } from "./capture.ts";
import { createInbox } from "./inbox.ts";
import type { Inbox, InboxChange } from "./inbox.ts";

/** Content of a line. A compacted file begins with the last used ID, which continues after a clear. */
type StoredChange =
  | { readonly lastId: number }
  | { readonly added: Omit<Capture, "body"> & { readonly body: string } }
  | { readonly pinned: { readonly id: number; readonly pinned: boolean } }
  | { readonly cleared: true };

/** The beginnings of lines, by which one that a crash cut off is told from a file of somebody else. */
const BEGINNINGS = ['{"lastId":', '{"added":{', '{"pinned":{', '{"cleared":'];

/** A format other than this one, which has no number, begins with a line that names it. */
const OTHER_FORMAT = /^\{"format":(\d{1,9})[,}]/;

/** Characters by which the file can exceed twice its compacted size. */
const SLACK = 16 * 1024 * 1024;

export interface InboxFile {
  readonly inbox: Inbox;
  /** Waits until everything is written. */
  readonly close: () => Promise<void>;
}

/**
 * Throws CONFIG_INVALID when the file holds something else, STORE_TOO_NEW when a later version wrote it. What was cut off by a crash at its end is left out. Changes
 * that cannot be written are told to `onError` and written as soon as it is possible again; the inbox goes on meanwhile.
 */
export async function openInboxFile(
  file: string,
  most: number,
  onError: (error: unknown) => void,
): Promise<InboxFile> {
  const { captures, lastId } = await readCaptures(file, most);
  const inbox = createInbox(most, captures, lastId);
  let tidied = await writeAll(file, inbox);
  let size = tidied;
  let isBroken = false;
  let made = 0;
  let written = 0;
  let writing: Promise<void> = Promise.resolve();

  /** A line after one that was written in part could not be read: then, too, the whole file is written anew. */
  async function write(change: InboxChange, number: number): Promise<void> {
    if (number <= written) return;
    const text = line(stored(change));
    if (isBroken || size + text.length > 2 * tidied + SLACK) {
      isBroken = true;
      const upTo = made;
      tidied = await writeAll(file, inbox);
      size = tidied;
      written = upTo;
    } else {
      isBroken = true;
      await appendFile(file, text);
      size += text.length;
      written = number;
    }
    isBroken = false;
  }

  inbox.watch((change) => {
    const number = ++made;
    writing = writing.then(() => write(change, number)).catch(onError);
  });
  return { inbox, close: () => writing };
}

interface Kept {
  readonly captures: readonly Capture[];
  readonly lastId: number;
}

async function readCaptures(file: string, most: number): Promise<Kept> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const format = OTHER_FORMAT.exec(text)?.[1];
  if (format !== undefined) {
    throw new CallboardError(
      "STORE_TOO_NEW",
      `${file} is in format ${format} of a later version of the Inspector, which this one cannot read. ` +
        "Start the later version, or choose another file with --store.",
    );
  }
  const lines = text.split("\n");
  let captures: Capture[] = [];
  let lastId = 0;
  for (const [index, each] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (isLast && isCutOff(each)) break;
    const change = isLast ? undefined : parsed(each);
    if (change === undefined) {
      throw new CallboardError("CONFIG_INVALID", `${file}, line ${index + 1}, is not from an Inspector`);
    }
    if ("lastId" in change) lastId = change.lastId;
    else captures = changed(captures, change);
    lastId = Math.max(lastId, captures.at(-1)?.id ?? 0);
  }
  const unpinned = new Set(captures.filter(({ pinned }) => !pinned).slice(-most));
  return { captures: captures.filter((capture) => capture.pinned || unpinned.has(capture)), lastId };
}

function isCutOff(text: string): boolean {
  return BEGINNINGS.some((beginning) => text.startsWith(beginning) || beginning.startsWith(text));
}

function changed(captures: Capture[], change: Exclude<StoredChange, { lastId: number }>): Capture[] {
  if ("added" in change) {
    captures.push({ ...change.added, body: Buffer.from(change.added.body, "base64") });
    return captures;
  }
  if ("cleared" in change) return captures.filter(({ pinned }) => pinned);
  const { id, pinned } = change.pinned;
  return captures.map((capture) => (capture.id === id ? { ...capture, pinned } : capture));
}

function stored(change: InboxChange): StoredChange {
  switch (change.kind) {
    case "added":
      return { added: { ...change.capture, body: change.capture.body.toString("base64") } };
    case "pinned":
      return { pinned: { id: change.id, pinned: change.pinned } };
    case "cleared":
      return { cleared: true };
  }
}

function parsed(text: string): StoredChange | undefined {
  try {
    const value = JSON.parse(text) as StoredChange | null;
    if (typeof value !== "object" || value === null) return undefined;
    return BEGINNINGS.some((beginning) => text.startsWith(beginning)) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file by what is in the inbox, and returns its size in characters. */
async function writeAll(file: string, inbox: Inbox): Promise<number> {
  const captures = [...inbox.list()];
  const lastId = inbox.lastId();
  let size = 0;
  await replaceFile(file, lines());
  return size;

  function* lines(): Generator<string> {
    for (const change of [{ lastId }, ...captures.map((capture) => stored({ kind: "added", capture }))]) {
      const text = line(change);
      size += text.length;
      yield text;
    }
  }
}

function line(change: StoredChange): string {
  return `${JSON.stringify(change)}\n`;
}
