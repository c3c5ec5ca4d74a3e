/** Entry: hands the process's arguments, environment and streams to the command line. */
import { text } from "node:stream/consumers";
import { run } from "./cli/index.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (line) => void process.stdout.write(line),
  note: (line) => void process.stderr.write(line),
  env: process.env,
  readInput: () => text(process.stdin),
});
