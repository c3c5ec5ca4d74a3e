/** Says on standard error how a command failed. Results stay alone on standard output. */
import { CommanderError } from "commander";
import type { Problem as ServerProblem } from "../client/index.ts";
import { CallboardError, getMessage } from "../errors.ts";
import type { Problem } from "../errors.ts";
import { describeFileError, findFileErrorCode } from "../file-errors.ts";
import { CommandFailure, EXIT, EXIT_MEANINGS, describeProblem } from "./exit.ts";
import type { Ending } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";
import { explainOpenFiles } from "./open-files.ts";

interface Failure {
  readonly code: string;
  readonly ending: Ending;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  readonly hint?: string | undefined;
  /** What the server returned. */
  readonly problem?: ServerProblem | undefined;
}

/** For people one message, with a line for each problem; for programs one problem document (RFC 9457) with the exit code. */
function reportFailure(io: Pick<Io, "note">, isJson: boolean, failure: Failure): Ending {
  io.note(isJson ? `${JSON.stringify(toDocument(failure))}\n` : `${toText(failure)}\n`);
  return failure.ending;
}

function toDocument({ code, ending, detail, errors = [], hint, problem }: Failure): object {
  const document = problem ?? { title: EXIT_MEANINGS[ending], code, detail, errors };
  return { ...document, hint, exitCode: EXIT[ending] };
}

function toText({ code, detail, errors = [], hint, problem }: Failure): string {
  // A problem that stands in the sentence already is not repeated.
  const unsaid = (problem?.errors ?? errors).filter((each) => !detail.includes(each.detail));
  const lines = [
    detail,
    ...unsaid.map(describeProblem),
    ...describeCallback(problem?.callback),
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ];
  return `error[${code}]: ${lines.map(printable).join("\n")}`;
}

function describeCallback(callback: ServerProblem["callback"]): readonly string[] {
  if (callback === undefined) return [];
  const { url, answer = "" } = callback;
  const text = answer.trim();
  return text === ""
    ? [`  No response body from ${url}`]
    : [`  Response of ${url}:`, `    ${text.replaceAll("\n", "\n    ")}`];
}

/** Reports whatever a command threw. */
export function reportError(io: Pick<Io, "note">, isJson: boolean, error: unknown): Ending {
  // Help and version are printed already.
  if (error instanceof CommanderError && error.exitCode === 0) return "done";
  if (error instanceof CommanderError && error.code === "commander.help") return "usage";
  return reportFailure(io, isJson, toFailure(error));
}

function toFailure(error: unknown): Failure {
  if (error instanceof CommanderError)
    return { code: "USAGE", ending: "usage", detail: error.message.replace(/^error: /, "").trimEnd() };
  if (error instanceof CommandFailure) {
    const { code, ending, message: detail, hint, problem } = error;
    return { code, ending, detail, hint, problem };
  }
  if (error instanceof CallboardError) {
    const { code, message: detail, errors } = error;
    return { code, ending: code === "CONFIG_INVALID" ? "usage" : "failed", detail, errors };
  }
  const openFiles = explainOpenFiles(error);
  if (openFiles !== undefined) return toFailure(openFiles);
  const { code = "UNEXPECTED", path } = error as NodeJS.ErrnoException;
  if (path !== undefined && findFileErrorCode(error) !== undefined)
    return { code, ending: "failed", detail: `${path} can't be used: ${describeFileError(error)}` };
  return { code, ending: "failed", detail: getMessage(error) };
}
