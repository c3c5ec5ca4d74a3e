/** Entry: hands the process's arguments, environment and streams to the command line. */
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { run } from "./cli/index.ts";

const args = process.argv.slice(2);

// A reader can close the pipe early (`
// head`) and a disk can be full. `serve` keeps running without its log.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (args[0] === "serve") return;
    if (error.code === "EPIPE") process.exit(0);
    if (stream === process.stdout)
      process.stderr.write(`error[OUTPUT]: the output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}

/** Reads one line. The end of the input counts as an empty line. */
async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

const { columns: width } = process.stdout;
const canAsk = process.stdin.isTTY && process.stderr.isTTY;

process.exitCode = await run(args, {
  out: (line) => void process.stdout.write(line),
  note: (line) => void process.stderr.write(line),
  env: process.env,
  // The convention of no-color.org; a dumb terminal shows codes as characters.
  color: process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb",
  ...(process.stdout.isTTY ? { width } : {}),
  isTerminal: process.stderr.isTTY,
  readInput: () => text(process.stdin),
  ...(canAsk ? { readLine } : {}),
});
