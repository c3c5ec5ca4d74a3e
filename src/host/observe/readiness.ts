/** Readiness: tries everything that a request needs. */
import { CallboardError, getMessage } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import { steadyNow } from "../../steady.ts";
import type { HostFacts } from "../model/standstill.ts";
import type { Database } from "../store/db/database.ts";
import { standingAfter } from "../store/db/storage-error.ts";
import { tryToWrite } from "../store/db/try-to-write.ts";
import { within } from "../../within.ts";

/** When it is not ready, the checks that are not "ok" say why. */
export interface Readiness {
  readonly ready: boolean;
  /** OVERLOADED, NO_WORKER, other product files, distribution, an outbox and a replica are in them, and make nothing unready: events are accepted. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface ReadinessParts {
  readonly database: Pick<Database, "read" | "write">;
  readonly isDraining: () => boolean;
  /** Throws a CallboardError (STORAGE) while no event is taken. */
  readonly assertCapacity: () => void;
  /** How the stored products stand to the files of this process; left out if it has none. "ok", or what differs. */
  readonly compareProducts?: (() => Promise<string>) | undefined;
  /** Number of processes that deliver; left out in a process that delivers itself. */
  readonly countWorkers?: (() => Promise<number>) | undefined;
  /** How the tables of a distributed database stand; left out elsewhere. "ok", or which ones are not distributed. */
  readonly readDistribution?: (() => Promise<string>) | undefined;
  /** How the outbox of another program is read; left out if there is none. "ok", or what is wrong. */
  readonly outbox?: (() => string) | undefined;
  /** How the replica stands that lists are read from; left out if there is none. "ok", or what is wrong. */
  readonly replica?: (() => string) | undefined;
}

export interface ReadinessCheck {
  readonly ask: () => Promise<Readiness>;
  /** Whether what attempts come to can be recorded; `full` also while the disk has too little space for events. */
  readonly database: () => Promise<HostFacts["database"]>;
  /** An event was refused with this code. */
  readonly refused: (code: ErrorCode) => void;
}

/** Probes ask often, from everywhere and without a token: the database is asked once for all of them. */
const KEPT_MS = 1_000;
const MAX_WAIT_MS = 2_000;
/** Load comes in bursts: a refusal is told for so long. */
const TOLD_FOR_MS = 10_000;

type Checks = Readonly<Record<string, string>>;

interface Tried {
  readonly checks: Checks;
  /** They make nothing unready. */
  readonly hints: Checks;
  readonly standing: HostFacts["database"];
}

export function createReadiness({
  database,
  isDraining,
  assertCapacity,
  compareProducts,
  countWorkers,
  readDistribution,
  outbox,
  replica,
}: ReadinessParts): ReadinessCheck {
  let known: { readonly until: number; readonly tried: Promise<Tried> } | undefined;
  let overloadedAt = Number.NEGATIVE_INFINITY;

  async function tryDatabase(): Promise<Tried> {
    const read = await toOutcome(database.read.query("SELECT 1 AS one"));
    if (read.text !== "ok")
      return { checks: { database: read.text, writing: "not tried" }, hints: {}, standing: "down" };
    const { text, standing } = await toOutcome(database.write(tryToWrite));
    const hints = {
      ...(await hint("products", compareProducts, (compared) => compared, "not compared")),
      ...(await hint("workers", countWorkers, describeWorkers, "not counted")),
      ...(await hint("distribution", readDistribution, (standing) => standing, "not read")),
    };
    return { checks: { database: "ok", writing: text }, hints, standing };
  }

  function tried(): Promise<Tried> {
    if (known === undefined || known.until <= steadyNow())
      known = { until: steadyNow() + KEPT_MS, tried: tryDatabase() };
    return known.tried;
  }

  return {
    refused: (code) => {
      if (code === "OVERLOADED") overloadedAt = steadyNow();
    },
    database: async () => {
      const { standing } = await tried();
      return standing === "ok" && checkDisk(assertCapacity) !== "ok" ? "full" : standing;
    },
    ask: async () => {
      if (isDraining()) return { ready: false, checks: { server: "stopping" } };
      const { checks, hints } = await tried();
      const needed = { ...checks, disk: checkDisk(assertCapacity) };
      const isOverloaded = steadyNow() - overloadedAt < TOLD_FOR_MS;
      const queue = isOverloaded ? "OVERLOADED: events were refused within the last 10 s" : "ok";
      return {
        ready: Object.values(needed).every((check) => check === "ok"),
        checks: {
          server: "ok",
          ...needed,
          queue,
          ...hints,
          ...(outbox === undefined ? {} : { outbox: outbox() }),
          ...(replica === undefined ? {} : { replica: replica() }),
        },
      };
    },
  };
}

/** Resolves to a check that says `otherwise` when its question fails, and to none without a question. */
async function hint<T>(
  name: string,
  ask: (() => Promise<T>) | undefined,
  describe: (answer: T) => string,
  otherwise: string,
): Promise<Checks> {
  if (ask === undefined) return {};
  return { [name]: await within(MAX_WAIT_MS, ask()).then(describe, () => otherwise) };
}

function describeWorkers(workers: number): string {
  const code: ErrorCode = "NO_WORKER";
  return workers > 0
    ? "ok"
    : `${code}: no process with the role all or worker is running, so nothing is delivered`;
}

/** Never rejects. What the database says of itself may name its address, which is not for everybody who asks. */
async function toOutcome(
  work: Promise<unknown>,
): Promise<{ readonly text: string; readonly standing: HostFacts["database"] }> {
  try {
    await within(MAX_WAIT_MS, work);
    return { text: "ok", standing: "ok" };
  } catch (error) {
    const text = error instanceof CallboardError ? error.message : "does not answer";
    return { text, standing: standingAfter(error) };
  }
}

function checkDisk(assertCapacity: () => void): string {
  try {
    assertCapacity();
    return "ok";
  } catch (error) {
    return getMessage(error);
  }
}
