/** Which endpoint may have another delivery waiting, and when its count must be looked up again. Pure. */

/** Deliveries that can wait for one endpoint. */
export const DEFAULT_ENDPOINT_BACKLOG = 10_000;

/**
 * Deliveries that one of several processes may add between two looks at the database: none of them sees what the others add
 * meanwhile, so together they exceed the limit by at most this number each.
 */
export const MOST_UNSEEN = 1_000;

/** From this share of the limit on, a process of its own checks its count: what others ended without its knowledge. */
const DOUBTED_SHARE = 0.9;

/** What a process knows of the deliveries that wait for an endpoint. */
export interface BacklogCount {
  /** Those that wait, with those that are being committed. */
  waiting: number;
  /** Those of them that are being committed. */
  uncommitted: number;
  /** Added here since the database was asked last, less those that ended here. */
  unseen: number;
}

export const emptyCount = (): BacklogCount => ({ waiting: 0, uncommitted: 0, unseen: 0 });

/** True, and counted, when there is room for one more. */
export function add(count: BacklogCount, most: number): boolean {
  if (count.waiting >= most) return false;
  count.waiting += 1;
  count.uncommitted += 1;
  count.unseen += 1;
  return true;
}

/** The database has them now. */
export function commit(count: BacklogCount): void {
  count.uncommitted -= 1;
}

/** It was not committed after all. */
export function takeBack(count: BacklogCount): void {
  count.uncommitted -= 1;
  end(count);
}

/** A delivery ended. Never below zero: what others added must not make room here twice. */
export function end(count: BacklogCount): void {
  count.waiting = Math.max(0, count.waiting - 1);
  count.unseen = Math.max(0, count.unseen - 1);
}

/** Between two looks at the database, `more` deliveries would be too many. */
export function mustLookFirst({ unseen }: BacklogCount, more: number): boolean {
  return unseen > 0 && unseen + more > MOST_UNSEEN;
}

/** So near to the limit that a count which is wrong would refuse something. */
export function isDoubtful({ waiting }: BacklogCount, most: number): boolean {
  return waiting >= most * DOUBTED_SHARE;
}
