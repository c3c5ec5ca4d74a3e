/** Limits the bytes of request bodies in progress, first for each owner, so that a greedy sender is refused first. */
import { highestLevel } from "./highest-level.ts";
import type { LimitLevel } from "./limits.ts";
import { exceededShare } from "./shares.ts";
import type { Shares } from "./shares.ts";

/** A client address or token that bytes count for. */
export interface ReadOwner {
  readonly kind: "client" | "token";
  readonly id: string;
}

/** The exceeded share: of an owner or of the host. */
export type FullShare = ReadOwner | { readonly kind: "host" };

/** The bytes of one request. */
export interface Reservation {
  /** Raises the number of bytes. Returns the exceeded share, if any; then nothing changes. */
  readonly raise: (bytes: number) => FullShare | undefined;
  /** Counts the bytes for a further owner. Returns its share if that is exceeded; then nothing changes. */
  readonly addOwner: (owner: ReadOwner) => FullShare | undefined;
  /** Releases the bytes. Further calls do nothing. */
  readonly release: () => void;
}

export interface ReadBudget {
  readonly reserve: (client: ReadOwner) => Reservation;
  readonly inAll: () => number;
  /** Returns the highest level of an owner of this kind. */
  readonly level: (kind: ReadOwner["kind"]) => LimitLevel;
}

/** Owners below their share can exceed the total limit up to this multiple. */
const MAX_BEYOND = 2;

const formatKey = ({ kind, id }: ReadOwner): string => `${kind} ${id}`;

export function createReadBudget(shares: Shares): ReadBudget {
  const used = new Map<string, number>();
  let total = 0;

  const usedBy = (owner: ReadOwner): number => used.get(formatKey(owner)) ?? 0;

  function count(owner: ReadOwner, bytes: number): void {
    const after = usedBy(owner) + bytes;
    if (after === 0) used.delete(formatKey(owner));
    else used.set(formatKey(owner), after);
  }

  function reserve(client: ReadOwner): Reservation {
    const owners = [client];
    let mine = 0;
    let isReleased = false;

    /** Returns the share that the whole request would exceed, beside the other requests. */
    function fullShare(owner: ReadOwner, bytes: number, ownMine: number): FullShare | undefined {
      const use = { own: usedBy(owner) - ownMine, all: total - mine, users: used.size };
      const exceeded = exceededShare(use, bytes, shares);
      if (exceeded === undefined) return undefined;
      return exceeded === "own" ? owner : { kind: "host" };
    }

    return {
      raise: (bytes) => {
        const more = bytes - mine;
        if (more <= 0 || isReleased) return undefined;
        for (const owner of owners) {
          const full = fullShare(owner, bytes, mine);
          if (full !== undefined) return full;
        }
        if (total > mine && total + more > MAX_BEYOND * shares.all) return { kind: "host" };
        mine = bytes;
        total += more;
        for (const owner of owners) count(owner, more);
        return undefined;
      },
      addOwner: (owner) => {
        if (isReleased) return undefined;
        const full = fullShare(owner, mine, 0);
        if (full !== undefined) return full;
        owners.push(owner);
        if (mine > 0) count(owner, mine);
        return undefined;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        total -= mine;
        if (mine > 0) for (const owner of owners) count(owner, -mine);
      },
    };
  }

  return {
    reserve,
    inAll: () => total,
    level: (kind) =>
      highestLevel(
        [...used]
          .filter(([key]) => key.startsWith(`${kind} `))
          .map(([key, bytes]) => [key.slice(kind.length + 1), bytes] as const),
      ),
  };
}
