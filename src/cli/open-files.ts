/** Too few open files: the one failure that says nothing of its cause, whatever it happened to. */
import { readOpenFileLimit } from "../egress/open-files.ts";
import { findErrorCode } from "../egress/outcome.ts";
import { CommandFailure } from "./exit.ts";

/** With fewer, loading the server's modules may already fail. */
const MIN_OPEN_FILES = 256;

/** What is wrong and what to do, when the error comes from the limit of open files; bin/callboard.cjs says the same. */
export function explainOpenFiles(error: unknown): CommandFailure | undefined {
  const code = findErrorCode(error);
  if (code === "EMFILE") return tooFewOpenFiles(readOpenFileLimit());
  if (code !== "ENFILE") return undefined;
  return new CommandFailure(
    "failed",
    code,
    "This machine cannot open more files",
    "Close other programs, or raise the limit of the machine (fs.file-max)",
  );
}

/** Throws when the server would start and fail later, at a moment that nobody can predict. */
export function requireOpenFiles(limit: number | undefined = readOpenFileLimit()): void {
  if (limit !== undefined && limit < MIN_OPEN_FILES) throw tooFewOpenFiles(limit);
}

function tooFewOpenFiles(limit: number | undefined): CommandFailure {
  return new CommandFailure(
    "failed",
    "EMFILE",
    `Callboard cannot open enough files: this process may open ${limit ?? "too few"}`,
    "Raise the limit to 1,024 or more, for example with `ulimit -n 1024`",
  );
}
