/** The inbox over restarts: a file of one JSON line per change, read back and tidied up at the next start. */
import { randomUUID } from "node:crypto";
import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import { CallboardError } from "../errors.ts";
import type { Capture } from "./capture.ts";
import { createInbox } from "./inbox.ts";
import type { Inbox, InboxChange } from "./inbox.ts";

type StoredChange =
  | { readonly added: Omit<Capture, "body"> & { readonly body: string } }
  | { readonly pinned: { readonly id: number; readonly pinned: boolean } }
  | { readonly cleared: true };

export interface InboxFile {
  readonly inbox: Inbox;
  /** Waits until everything is written. Rejects with what went wrong on the way. */
  readonly close: () => Promise<void>;
}

/** Throws CONFIG_INVALID when the file holds something else. What was cut off by a crash at its end is left out. */
export async function openInboxFile(file: string, most: number): Promise<InboxFile> {
  const inbox = createInbox(most, await readCaptures(file, most));
  await writeAll(file, inbox.list());
  let writing: Promise<void> = Promise.resolve();
  inbox.watch((change) => {
    writing = writing.then(() => appendFile(file, line(stored(change))));
    // Reported when the file is closed; an Inspector that cannot write still shows what comes.
    writing.catch(() => undefined);
  });
  return { inbox, close: () => writing };
}

async function readCaptures(file: string, most: number): Promise<readonly Capture[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n");
  const complete = lines.slice(0, -1);
  let captures: Capture[] = [];
  for (const [index, each] of complete.entries()) {
    const change = parsed(each);
    if (change === undefined) {
      throw new CallboardError("CONFIG_INVALID", `${file}, line ${index + 1}, is not from an Inspector`);
    }
    captures = changed(captures, change);
  }
  const unpinned = captures.filter(({ pinned }) => !pinned).slice(-most);
  return captures.filter((capture) => capture.pinned || unpinned.includes(capture));
}

function changed(captures: Capture[], change: StoredChange): Capture[] {
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
    return "added" in value || "pinned" in value || "cleared" in value ? value : undefined;
  } catch {
    return undefined;
  }
}

async function writeAll(file: string, captures: readonly Capture[]): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const text = captures.map((capture) => line(stored({ kind: "added", capture }))).join("");
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}

function line(change: StoredChange): string {
  return `${JSON.stringify(change)}\n`;
}
