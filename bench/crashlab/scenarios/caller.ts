/**
 * kill -9 of a program that publishes with its own changes, of the hosts, and of the database: has each committed change exactly
 * one event, and a change that was rolled back none?
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { OUTBOX_DDL } from "../../../src/host/outbox/ddl.ts";
import { payload } from "../../body.ts";
import { EVENT, MASTER_KEY } from "../../seed.ts";
import { checkChanges } from "../changes.ts";
import { createLab, toFigures } from "../lab.ts";
import type { Figures, Lab, Scenario, Setting } from "../lab.ts";
import { largest, median } from "../numbers.ts";
import { projectRoot } from "../root.ts";
import { createStoreReader } from "../store.ts";
import type { StoreReader } from "../store.ts";

const HOSTS = 2;
const ADDONS = ["one", "two"];
/** Of the program's lives, the database's and the hosts': how often each is killed. */
const VICTIMS = ["program", "program", "program", "host", "host", "database"] as const;
/** Commits between two kills at least. */
const MIN_COMMITS = 20;
const MAX_WAIT_MS = 20_000;
const MARKS_OF_A_LIFE = 1_000_000;
const CHANGES = "CREATE TABLE lab_change (mark INTEGER PRIMARY KEY)";

/** What program.mjs is started with, as JSON. */
interface ProgramOrder {
  readonly databaseUrl: string;
  readonly outboxUrl: string;
  readonly dataDir: string;
  readonly masterKey: string;
  readonly event: string;
  /** Payload of the mark 0. */
  readonly body: string;
  /** Its first change has the mark after this. */
  readonly firstMark: number;
}

/** The program through all of its lives. */
interface Program {
  readonly start: () => void;
  readonly kill: () => Promise<void>;
  readonly committed: () => number;
}

function createProgram(order: Omit<ProgramOrder, "firstMark">): Program {
  let child: ChildProcess | undefined;
  let committed = 0;
  let lives = 0;
  return {
    start: () => {
      lives += 1;
      const argument = JSON.stringify({
        ...order,
        firstMark: lives * MARKS_OF_A_LIFE,
      } satisfies ProgramOrder);
      child = fork(join(projectRoot(), "bench/crashlab/program.mjs"), [argument]);
      child.on("message", () => (committed += 1));
    },
    kill: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    committed: () => committed,
  };
}

async function untilCommitted(program: Program): Promise<void> {
  const before = program.committed();
  const deadline = Date.now() + MAX_WAIT_MS;
  while (program.committed() < before + MIN_COMMITS && Date.now() < deadline) await pause(5);
}

async function killOnce(lab: Lab, program: Program, { random, restartPostgres }: Setting): Promise<void> {
  await untilCommitted(program);
  await pause(random.between(0, 200));
  const victim = random.pick(VICTIMS);
  if (victim === "program") {
    await program.kill();
    program.start();
  } else if (victim === "host") {
    const host = lab.hosts[random.pick([0, 1])];
    await host?.kill();
    await host?.start();
  } else await restartPostgres("immediate");
}

const countRows = async (store: StoreReader, table: string): Promise<number> => {
  const [row] = await store.rows<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n ?? 0);
};

async function untilRead(outbox: StoreReader): Promise<void> {
  const deadline = Date.now() + 6 * MAX_WAIT_MS;
  while ((await countRows(outbox, "callboard_outbox")) > 0 && Date.now() < deadline) await pause(100);
}

async function run(setting: Setting): Promise<Figures> {
  const databaseUrl = await setting.newUrl();
  const outboxUrl = await setting.newUrl();
  const outbox = createStoreReader(outboxUrl);
  await outbox.change([CHANGES, OUTBOX_DDL]);
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl,
    hosts: HOSTS,
    addons: ADDONS,
    environment: { CALLBOARD_OUTBOX_URL: outboxUrl },
  });
  const program = createProgram({
    databaseUrl,
    outboxUrl,
    dataDir: `${setting.directory}/program`,
    masterKey: MASTER_KEY,
    event: EVENT,
    body: payload(0),
  });
  try {
    await lab.store.change([CHANGES]);
    await lab.startHosts();
    program.start();
    await lab.nextArrival(MAX_WAIT_MS);
    const rounds: number[] = [];
    for (let index = 0; index < setting.kills; index += 1) {
      const startedAt = Date.now();
      await killOnce(lab, program, setting);
      rounds.push(Date.now() - startedAt);
      setting.progress?.(index + 1, setting.kills);
    }
    await untilCommitted(program);
    await program.kill();
    await untilRead(outbox);
    // Nothing but the program publishes: a load of no events ends at once.
    const load = lab.startLoad({ concurrency: 0 });
    const changes = [lab.store, outbox].map((store) =>
      store.rows<{ mark: number }>("SELECT mark FROM lab_change"),
    );
    const [within = [], byRows = []] = await Promise.all(changes);
    let invented = 0;
    const finished = await lab.finish(load, {
      judge: async (_accepted, dump) => {
        const events = await lab.store.rows<{ id: string; mark: number }>(
          `SELECT id, (body::json->>'mark')::int AS mark FROM callboard_event WHERE name = '${EVENT}'`,
        );
        const checked = checkChanges({
          changes: [...within, ...byRows].map(({ mark }) => mark),
          events,
          unread: await countRows(outbox, "callboard_outbox"),
          dump,
          arrivals: lab.sink.arrivals,
          fanOut: ADDONS.length,
        });
        ({ invented } = checked);
        return checked;
      },
    });
    const least = setting.kills * (MIN_COMMITS / 4);
    const figures = toFigures(
      finished,
      undefined,
      {
        kills: setting.kills,
        invented,
        inTransactions: within.length,
        byOutbox: byRows.length,
        roundMedianMs: median(rounds),
        roundLongestMs: largest(rounds) ?? 0,
      },
      within.length < least || byRows.length < least
        ? ["I10: too few changes were committed to prove anything"]
        : [],
    );
    return { ...figures, accepted: within.length + byRows.length };
  } finally {
    await program.kill();
    await lab.close();
  }
}

export const caller: Scenario = { name: "caller", databases: ["PostgreSQL"], run };
