/** How a command ends: its exit code, and what it says when it does not end well. */
import type { Problem as ServerProblem } from "../client/index.ts";
import type { Problem } from "../errors.ts";

/** The exit codes; the README has the same table. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  refused: 5,
} as const;

export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "success",
  failed: "the operation failed: a delivery, an install, a validation",
  usage: "invalid usage: an unknown command, or an invalid option or setting",
  unreachable: "the server can't be reached",
  notFound: "not found",
  refused: "access denied: credentials, scope, or a blocked address",
};

export type Ending = keyof typeof EXIT;

/** The exit code of another program, passed on. */
export interface PassedOn {
  readonly exitCode: number;
}

export const toExitCode = (ending: Ending | PassedOn): number =>
  typeof ending === "string" ? EXIT[ending] : ending.exitCode;

/** Ends a command. The hint says what to do about it. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly ending: Ending;
  readonly code: string;
  readonly hint: string | undefined;
  /** The problem document that the server returned, if it is the server that refused. */
  readonly problem: ServerProblem | undefined;

  constructor(ending: Ending, code: string, message: string, more: string | FailureParts = {}) {
    super(message);
    const { hint, problem } = typeof more === "string" ? { hint: more, problem: undefined } : more;
    this.ending = ending;
    this.code = code;
    this.hint = hint;
    this.problem = problem;
  }
}

interface FailureParts {
  readonly hint?: string | undefined;
  readonly problem?: ServerProblem | undefined;
}

/** One line below a failure, for one of its problems. */
export const describeProblem = ({ pointer, detail }: Pick<Problem, "pointer" | "detail">): string =>
  `  ${pointer === "" ? "/" : pointer}  ${detail}`;

/** The command was not understood, or lacks something. */
export const usageFailure = (message: string, hint?: string): CommandFailure =>
  new CommandFailure("usage", "USAGE", message, { hint });

const REFUSED = /^(AUTH_|SCOPE$|FORBIDDEN_HOST$|CSRF$)|_DENIED$/;
const USAGE = new Set(["QUERY_INVALID", "PATH_INVALID"]);

/** How a problem that the server told ends a command. */
export function toEnding(status: number, code: string): Ending {
  if (REFUSED.test(code)) return "refused";
  if (USAGE.has(code)) return "usage";
  return status === 404 ? "notFound" : "failed";
}
