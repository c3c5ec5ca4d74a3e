/** Progress of a long command, on a terminal alone, and never with --json: a few lines on standard error. */
import { count } from "../format.ts";
import type { Io } from "./io.ts";

type Output = Pick<Io, "note" | "isTerminal">;

interface Options {
  readonly json?: boolean;
}

/** In a log, lines of progress say nothing more than the result. */
const isShown = ({ isTerminal = false }: Output, { json = false }: Options): boolean => isTerminal && !json;

/**
 * For work whose end is known: a line at each tenth. Returns what is to be called with the share that is done, from 0 to 1, and a
 * detail for the line.
 */
export function createProgress(
  io: Output,
  options: Options,
  what: string,
): (share: number, describe?: () => string) => void {
  let told = -1;
  return (share, describe) => {
    const tenths = Math.floor(share * 10);
    if (tenths <= told || !isShown(io, options)) return;
    told = tenths;
    io.note(`${what}: ${tenths * 10}%${describe === undefined ? "" : `, ${describe()}`}\n`);
  };
}

const FIRST_COUNT = 1_000;

/** For work whose end isn't known: a line at 1,000, 2,000, 5,000, 10,000 … of `unit`. Returns what is to be called with their number. */
export function createCounter(
  io: Output,
  options: Options,
  { what, unit }: { readonly what: string; readonly unit: string },
): (done: number) => void {
  let next = FIRST_COUNT;
  return (done) => {
    if (done < next || !isShown(io, options)) return;
    while (next <= done) next = followingCount(next);
    io.note(`${what}: ${count(done)} ${unit}\n`);
  };
}

/** 1, 2, 5, 10, 20, 50 … */
const followingCount = (value: number): number => (String(value).startsWith("2") ? value * 2.5 : value * 2);
