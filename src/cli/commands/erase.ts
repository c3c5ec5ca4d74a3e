/** `callboard erase`: erases a text from what was sent and recorded. Counts first, and looks a second time at the end. */
import { defined } from "../../defined.ts";
import { confirm, counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { NOTHING_FOUND, addCounts, addPass, describePass, sumCounts } from "../erasure-text.ts";
import type { ErasurePass } from "../erasure-text.ts";
import type { Ending } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { print } from "../io.ts";
import { createCounter, createProgress } from "../progress.ts";

/** Attempts that were in flight can be recorded behind the first pass. */
const MAX_PASSES = 3;

export interface EraseOptions {
  readonly subject: string;
  readonly confirm?: boolean;
  readonly json?: boolean;
}

const HALF_DONE =
  "The erasure was interrupted: what it erased is gone, and the rest is still there. Repeat the command";
const NOT_COVERED = "Backups, exports and the server's log are not covered: they keep what they have.";

/** Fails if something is left after all. */
export async function erase(context: Context, options: EraseOptions): Promise<Ending> {
  const { io } = context;
  const { subject } = options;
  const { scanned, ...before } = await interruptible(
    io,
    "The count was interrupted, and nothing was erased",
    (signal) => {
      const onRows = createCounter(io, options, { what: "Looking", unit: "rows" });
      return pass(context, { subject, isConfirmed: false, signal, onRows });
    },
  );
  if (options.confirm !== true) {
    print(io, options, { dryRun: true, ...before }, [
      ...describePass("would be erased", before),
      "Nothing was erased. To erase it, repeat the command with --confirm.",
      NOT_COVERED,
    ]);
    return "done";
  }
  await confirm(io, [...describePass("will be erased", before), "You can't undo this."].join("\n"), {
    yes: io.readLine === undefined,
  });
  const { erased, after } = await interruptible(io, HALF_DONE, (signal) =>
    eraseUntilGone(context, { options, before, scanned, signal }),
  );
  const remaining = sumCounts(after.found);
  print(io, options, { dryRun: false, ...erased, left: after.left, remaining }, [
    ...describePass("erased", { ...erased, left: after.left }),
    `${counted(erased.canceled, "waiting delivery was", "waiting deliveries were")} canceled.`,
    remaining === 0
      ? "A second scan found nothing."
      : `A second scan found ${counted(remaining, "value", "values")}: repeat the command.`,
    NOT_COVERED,
  ]);
  return remaining === 0 ? "done" : "failed";
}

interface Erasing {
  readonly options: EraseOptions;
  readonly before: ErasurePass;
  /** Rows that the first pass looked through. */
  readonly scanned: number;
  readonly signal: AbortSignal;
}

/** Erases and looks again, until nothing is found. */
async function eraseUntilGone(
  context: Context,
  { options, before, scanned, signal }: Erasing,
): Promise<{ readonly erased: ErasurePass; readonly after: ErasurePass }> {
  const { subject } = options;
  const tell = (what: string) => {
    const progress = createProgress(context.io, options, what);
    // Rows that came meanwhile are more than the first pass had.
    return (rows: number) => progress(Math.min(rows / Math.max(scanned, 1), 1));
  };
  let erased = NOTHING_FOUND;
  let after = before;
  for (let passes = 0; passes < MAX_PASSES && sumCounts(after.found) > 0; passes += 1) {
    const done = await pass(context, { subject, isConfirmed: true, signal, onRows: tell("Erasing") });
    erased = {
      found: addCounts(erased.found, done.found),
      left: done.left,
      canceled: erased.canceled + done.canceled,
    };
    after = await pass(context, { subject, isConfirmed: false, signal, onRows: tell("Looking again") });
  }
  return { erased, after };
}

/** With the number of rows that it looked through. */
interface ScannedPass extends ErasurePass {
  readonly scanned: number;
}

interface PassOptions extends Pick<Erasing, "signal"> {
  readonly subject: string;
  readonly isConfirmed: boolean;
  /** So many rows were looked through. */
  readonly onRows: (rows: number) => void;
}

/** One pass over the database, step by step. Ends with the signal before the next step. */
async function pass(
  { client }: Pick<Context, "client">,
  { subject, isConfirmed, signal, onRows }: PassOptions,
): Promise<ScannedPass> {
  let total = NOTHING_FOUND;
  let scanned = 0;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const step = await client.erase({ body: { subject, confirm: isConfirmed, ...defined({ cursor }) } });
    total = addPass(total, step);
    scanned += step.scanned;
    onRows(scanned);
    cursor = step.cursor ?? undefined;
  } while (cursor !== undefined);
  return { ...total, scanned };
}
