/** Keeps received requests, newest last, bounded in number and bytes, with a live feed. */
import type { Capture, Draft } from "./capture.ts";

const MAX_BYTES = 128 * 1024 * 1024;

/** Everything that changes an inbox, in the order in which it happened. */
export type InboxChange =
  | { readonly kind: "added"; readonly capture: Capture }
  | { readonly kind: "pinned"; readonly id: number; readonly pinned: boolean }
  | { readonly kind: "cleared" };

export interface Inbox {
  readonly add: (draft: Draft) => Capture;
  /** Oldest first. */
  readonly list: () => readonly Capture[];
  readonly find: (id: number) => Capture | undefined;
  /** A pinned capture stays when others are cleared or pushed out. */
  readonly pin: (id: number, pinned: boolean) => void;
  readonly clear: () => void;
  readonly lastId: () => number;
  /** Calls `listener` on every change until the returned function is called. */
  readonly watch: (listener: (change: InboxChange) => void) => () => void;
}

/** `before` is the last id that was given already. */
export function createInbox(most: number, initial: readonly Capture[] = [], before = 0): Inbox {
  let captures = [...initial];
  let bytes = captures.reduce((sum, { body }) => sum + body.length, 0);
  let lastId = before;
  const listeners = new Set<(change: InboxChange) => void>();

  function tell(change: InboxChange): void {
    for (const listener of listeners) listener(change);
  }

  /** The oldest goes first, pinned ones only when nothing else is left to keep the limit in bytes, the newest never. */
  function makeRoom(): void {
    while (captures.length > 1 && (captures.length > most || bytes > MAX_BYTES)) {
      const unpinned = captures.slice(0, -1).findIndex(({ pinned }) => !pinned);
      if (unpinned < 0 && bytes <= MAX_BYTES) return;
      const [gone] = captures.splice(Math.max(unpinned, 0), 1);
      bytes -= gone?.body.length ?? 0;
    }
  }

  return {
    add: (draft) => {
      const capture = { ...draft, id: ++lastId, pinned: false };
      captures.push(capture);
      bytes += capture.body.length;
      makeRoom();
      tell({ kind: "added", capture });
      return capture;
    },
    list: () => captures,
    find: (id) => captures.find((capture) => capture.id === id),
    pin: (id, pinned) => {
      captures = captures.map((capture) => (capture.id === id ? { ...capture, pinned } : capture));
      tell({ kind: "pinned", id, pinned });
    },
    clear: () => {
      captures = captures.filter(({ pinned }) => pinned);
      bytes = captures.reduce((sum, { body }) => sum + body.length, 0);
      tell({ kind: "cleared" });
    },
    lastId: () => lastId,
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
