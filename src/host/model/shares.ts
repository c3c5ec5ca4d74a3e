/** Divides a shared resource: users over their share are refused first. Pure. */

export interface Shares {
  /** Maximum for one user. */
  readonly each: number;
  /** Maximum for all users together. */
  readonly all: number;
}

export interface Use {
  /** Use of the requesting user. */
  readonly own: number;
  /** Use of all users. */
  readonly all: number;
  /** Number of users, including the requesting one. */
  readonly users: number;
}

/**
 * Returns the share that `more` would exceed, or undefined. A user without any use can always begin, so that a large request
 * is never refused permanently. When all together use too much, only users above the average are refused.
 */
export function exceededShare(use: Use, more: number, shares: Shares): "own" | "all" | undefined {
  if (use.own === 0) return undefined;
  if (use.own + more > shares.each) return "own";
  if (use.all + more <= shares.all) return undefined;
  return use.own + more > shares.all / Math.max(1, use.users) ? "all" : undefined;
}
