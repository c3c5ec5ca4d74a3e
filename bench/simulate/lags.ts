/** A histogram of times: cells that grow by 2 %, so that a percentile is off by at most 1 %. Pure. */

const GROWTH = 1.02;
/** Shorter times share the first cell. */
const LEAST_MS = 0.1;
/** Up to more than a year; longer times share the last one. */
const CELLS = 1_400;

export interface Lags {
  readonly add: (ms: number) => void;
  readonly count: () => number;
  /** In milliseconds; 0 without any. */
  readonly percentile: (share: number) => number;
  readonly max: () => number;
}

export function createLags(): Lags {
  const cells = new Float64Array(CELLS);
  let count = 0;
  let max = 0;
  const findCell = (ms: number) =>
    ms <= LEAST_MS ? 0 : Math.min(CELLS - 1, Math.ceil(Math.log(ms / LEAST_MS) / Math.log(GROWTH)));
  const getMiddle = (cell: number) => (cell === 0 ? 0 : LEAST_MS * GROWTH ** (cell - 0.5));

  return {
    add: (ms) => {
      const cell = findCell(ms);
      cells[cell] = (cells[cell] ?? 0) + 1;
      count += 1;
      max = Math.max(max, ms);
    },
    count: () => count,
    percentile: (share) => {
      let left = share * count;
      for (const [cell, inCell] of cells.entries()) {
        left -= inCell;
        if (left <= 0) return Math.min(max, getMiddle(cell));
      }
      return max;
    },
    max: () => max,
  };
}
