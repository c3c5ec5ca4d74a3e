/** Entry: hands the process's arguments, environment and streams to the command line. */
import { text } from "node:stream/consumers";
import { run } from "./cli/index.ts";

const args = process.argv.slice(2);

// Whoever reads what is printed may stop early (`| head`): the rest is for nobody. A server goes on without its readers.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (args[0] !== "serve") process.exit(0);
  });
}

process.exitCode = await run(args, {
  out: (line) => void process.stdout.write(line),
  note: (line) => void process.stderr.write(line),
  env: process.env,
  readInput: () => text(process.stdin),
});
