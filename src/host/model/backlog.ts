/** Counts the waiting deliveries of an endpoint, and decides when the count must be read from the database. Pure. */

/** Default limit of waiting deliveries of one endpoint. */
export const DEFAULT_ENDPOINT_BACKLOG = 10_000;

/**
 * Maximum number of deliveries that a process adds between two reads of the count. Processes don't see each other's additions
 * in between, so each can exceed the limit by this number.
 */
export const MAX_UNSEEN = 1_000;

/** Share of the limit above which a process re-reads its count, because other processes can have ended deliveries. */
const DOUBTED_SHARE = 0.9;

/** What a process knows about the waiting deliveries of an endpoint. */
export interface BacklogCount {
  /** Waiting deliveries, including those being committed. */
  waiting: number;
  /** Deliveries being committed. */
  uncommitted: number;
  /** Deliveries added by this process since the last read, minus those that ended here. */
  unseen: number;
}

export const emptyCount = (): BacklogCount => ({ waiting: 0, uncommitted: 0, unseen: 0 });

/** Adds a delivery. Returns false if the limit is reached. */
export function add(count: BacklogCount, most: number): boolean {
  if (count.waiting >= most) return false;
  count.waiting += 1;
  count.uncommitted += 1;
  count.unseen += 1;
  return true;
}

/** Marks one delivery as committed. */
export function commit(count: BacklogCount): void {
  count.uncommitted -= 1;
}

/** Removes a delivery that was not committed. */
export function takeBack(count: BacklogCount): void {
  count.uncommitted -= 1;
  end(count);
}

/** Removes an ended delivery. Never negative, so that the ends of other processes' deliveries don't free space twice. */
export function end(count: BacklogCount): void {
  count.waiting = Math.max(0, count.waiting - 1);
  count.unseen = Math.max(0, count.unseen - 1);
}

/** Reports whether `more` deliveries are too many without a new read. */
export function mustLookFirst({ unseen }: BacklogCount, more: number): boolean {
  return unseen > 0 && unseen + more > MAX_UNSEEN;
}

/** Reports whether the count is so near the limit that a wrong count would refuse a delivery. */
export function isDoubtful({ waiting }: BacklogCount, most: number): boolean {
  return waiting >= most * DOUBTED_SHARE;
}
