/** Who may still use something that all share: the one over its own share is refused first. Pure. */

export interface Shares {
  /** The most that one may use. */
  readonly each: number;
  /** The most that all may use together. */
  readonly all: number;
}

export interface Use {
  /** Of the one that asks for more. */
  readonly own: number;
  /** Of all together. */
  readonly all: number;
  /** How many use something, the one that asks included. */
  readonly users: number;
}

/**
 * Returns the share that `more` would exceed; undefined when it may be used. One that uses nothing yet may always begin, so
 * that a single large request is not refused for ever. When all together use too much, only those above the average are
 * refused.
 */
export function exceededShare(use: Use, more: number, shares: Shares): "own" | "all" | undefined {
  if (use.own === 0) return undefined;
  if (use.own + more > shares.each) return "own";
  if (use.all + more <= shares.all) return undefined;
  return use.own + more > shares.all / Math.max(1, use.users) ? "all" : undefined;
}
