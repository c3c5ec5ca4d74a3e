/** `callboard check`: holds an add-on against the contract and attacks it, on a temporary host. */
import { writeFile } from "node:fs/promises";
import { CHECKS, CHECK_IDS, selectChecks } from "../../check/checks.ts";
import type { CheckId } from "../../check/checks.ts";
import { runAddonCheck } from "../../check/index.ts";
import type { CheckedRun } from "../../check/index.ts";
import { CheckProblem } from "../../check/outcome.ts";
import { toJunit, toReport } from "../../check/report/documents.ts";
import { createPaint, formatEnd, formatResult, formatStart } from "../../check/report/terminal.ts";
import { hasPassed } from "../../check/run.ts";
import { getMessage } from "../../errors.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { onEnd } from "../signals.ts";
import { readText } from "../source.ts";

interface Options {
  readonly json?: boolean;
  readonly junit?: string;
  readonly only?: readonly string[];
  /** Paths of product files. */
  readonly product: readonly string[];
  readonly list?: boolean;
  /** In ms. */
  readonly timeout: number;
  readonly port?: string;
  readonly iOwnThisUrl?: boolean;
}

/** Where add-ons that run already look for their host. */
const USUAL_PORT = 2990;

export async function check(
  io: Io,
  url: string | undefined,
  command: readonly string[],
  options: Options,
): Promise<Ending> {
  const checks = choose(options.only ?? []);
  if (options.list === true) return list(io, checks, options);
  if (url === undefined) {
    throw usageFailure(
      "The URL of the add-on is missing",
      "For example: callboard check http://localhost:3000 -- npm start",
    );
  }
  const { timeout: limitMs } = options;
  const port = readPort(options.port, command.length > 0);
  const run = await runChecks(io, { url, command, checks, limitMs, port, options });
  if (options.json === true) print(io, options, toReport(run), []);
  if (options.junit !== undefined) await writeReport(options.junit, toJunit(run));
  return hasPassed(run.results) ? "done" : "failed";
}

interface Request {
  readonly url: string;
  readonly command: readonly string[];
  readonly checks: readonly CheckId[];
  readonly limitMs: number;
  readonly port: number;
  readonly options: Options;
}

async function runChecks(
  io: Io,
  { url, command, checks, limitMs, port, options }: Request,
): Promise<CheckedRun> {
  const paint = createPaint(io.color === true);
  // With --json, standard output is one document, and the progress goes beside it.
  const products = await Promise.all(
    options.product.map(async (file) => ({ file, text: await readText(file, io) })),
  );
  const tell = (text: string) => (options.json === true ? io.note : io.out)(`${text}\n`);
  const ending = new AbortController();
  onEnd(io.env, { stop: () => ending.abort(), insist: () => process.exit(EXIT_INSISTED) });
  let before: CheckId | undefined;
  try {
    const run = await runAddonCheck({
      url,
      command,
      env: io.env,
      port,
      limitMs,
      checks,
      products,
      isOwned: options.iOwnThisUrl === true,
      signal: ending.signal,
      onStart: (target) => tell(formatStart(target, paint).trimEnd()),
      onResult: (result) => {
        tell(formatResult(result, before, paint));
        before = result.id;
      },
    });
    tell(formatEnd(run, paint));
    return run;
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    throw new CommandFailure(error.kind, error.code, error.message, error.hint);
  }
}

const EXIT_INSISTED = 1;

function choose(only: readonly string[]): readonly CheckId[] {
  const chosen = selectChecks(only.flatMap((words) => words.split(",")));
  if (!("unknown" in chosen)) return chosen;
  throw usageFailure(
    `Unknown check ${printable(chosen.unknown)}`,
    "List the checks with: callboard check --list",
  );
}

function list(io: Io, checks: readonly CheckId[], options: Options): Ending {
  const value = checks.map((id) => ({ id, ...CHECKS[id] }));
  const rows = checks.map((id) => [id, CHECKS[id].severity, CHECKS[id].title]);
  print(io, options, value, [...columns(rows), `${checks.length} of ${CHECK_IDS.length} checks`]);
  return "done";
}

function readPort(text: string | undefined, isStarted: boolean): number {
  if (text === undefined) return isStarted ? 0 : USUAL_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usageFailure(`--port ${printable(text)} is not a number from 0 to 65535`);
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandFailure(
      "failed",
      "REPORT_NOT_WRITTEN",
      `The report can't be written: ${getMessage(error)}`,
    );
  }
}
