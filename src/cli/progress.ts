/** Progress of a long command, on a terminal alone: a line at each tenth. */
import type { Io } from "./io.ts";

/** Returns what is to be called with the share that is done, from 0 to 1, and a detail for the line. */
export function createProgress(
  io: Pick<Io, "note" | "readLine">,
  what: string,
): (share: number, describe?: () => string) => void {
  let told = 0;
  return (share, describe) => {
    const tenths = Math.floor(share * 10);
    // Where nobody can type, there is no terminal: a log of lines says nothing more than the result.
    if (tenths <= told || io.readLine === undefined) return;
    told = tenths;
    io.note(`${what}: ${tenths * 10}%${describe === undefined ? "" : `, ${describe()}`}\n`);
  };
}
