/**
 * The walk of one event: the files and functions of the server that it passes from its request to its written result, counted
 * by V8's coverage. What runs by a timer is left out: a function belongs to the walk when most of the events passed it.
 */
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RanFunction } from "../coverage.ts";
import { installAddons } from "../install.ts";
import { newDirectory, ROOT, startHost, startSink } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";

const PRELOADED = fileURLToPath(new URL("../coverage.js", import.meta.url));
const WARM_UP = 20;
const EVENTS = 40;
/** From the arrival at the receiver, which answers at once, until the result is surely written. */
const SETTLED_MS = 100;

type Walk = readonly RanFunction[];

async function takeRan({ child }: HostProcess): Promise<Walk> {
  const answer = once(child, "message");
  child.send("ran");
  const [ran] = (await answer) as [readonly RanFunction[]];
  return ran;
}

/** What most of the events passed, in the order of the files. */
async function followEvents(build: string): Promise<Walk> {
  const directory = newDirectory();
  const sink = await startSink();
  const host = await startHost(
    directory.path,
    {
      CALLBOARD_DATABASE_URL: `sqlite:${directory.path}/callboard.sqlite`,
      NODE_OPTIONS: `--import=${PRELOADED}`,
    },
    build,
  );
  await installAddons(host, 1, sink.ports[0] ?? 0);
  const producer = createProducer(host.url, host.token, { connections: 1 });
  const passed = new Map<string, { readonly ran: RanFunction; events: number }>();
  await sink.ask({ kind: "reset" });
  for (let mark = 0; mark < WARM_UP + EVENTS; mark += 1) {
    await takeRan(host);
    await producer.post(mark);
    while ((await sink.ask({ kind: "count" })).received <= mark) await sleep(1);
    await sleep(SETTLED_MS);
    const ran = await takeRan(host);
    if (mark < WARM_UP) continue;
    for (const each of ran) {
      const key = `${each.file}:${each.offset}`;
      const known = passed.get(key) ?? { ran: each, events: 0 };
      known.events += 1;
      passed.set(key, known);
    }
  }
  await producer.close();
  await host.stop();
  await sink.stop();
  directory.remove();
  return [...passed.values()]
    .filter(({ events }) => events > EVENTS / 2)
    .map(({ ran }) => ran)
    .sort((a, b) => a.file.localeCompare(b.file) || a.offset - b.offset);
}

const listFiles = (walk: Walk): readonly string[] => [...new Set(walk.map(({ file }) => file))];

/** Each file with its functions, to read and to compare. One without a name is shown by the line where it begins. */
function list(walk: Walk, build: string): string {
  const parts = listFiles(walk).map((file) => {
    const source = readFileSync(join(build, "dist", file), "utf8");
    const lineAt = (offset: number): string => {
      const from = source.lastIndexOf("\n", offset - 1) + 1;
      return source.slice(from, source.indexOf("\n", offset)).trim();
    };
    const ran = walk.filter((each) => each.file === file);
    return `${file} (${ran.length})\n${ran.map(({ name, offset }) => `  ${name || lineAt(offset)}\n`).join("")}`;
  });
  return `${parts.length} files, ${walk.length} functions\n\n${parts.join("")}`;
}

/** @param against the folder of another build, whose walk ours is held against */
export async function measureWalk(against: string | undefined): Promise<readonly Figure[]> {
  mkdirSync("bench/results", { recursive: true });
  const measureBuild = async (build: string, name: string) => {
    const walk = await followEvents(build);
    const path = `bench/results/${name}.txt`;
    writeFileSync(path, list(walk, build));
    return { files: listFiles(walk).length, functions: walk.length, path };
  };
  const other = against === undefined ? undefined : await measureBuild(against, "walk-of-the-other-build");
  const ours = await measureBuild(ROOT, "walk");
  const figures = (["files", "functions"] as const).map((what): Figure => {
    const named = {
      name: `${what} that one event passes, SQLite`,
      value: ours[what],
      shown: `${ours[what]}`,
    };
    if (other === undefined) return { ...named, limit: "", detail: ours.path };
    return {
      ...named,
      limit: `other build ${other[what]}`,
      ratio: ours[what] / other[what],
      detail: `${ours.path}, ${other.path}`,
      bar: { atMost: 0.75, aim: 0.75 },
    };
  });
  figures.forEach(tellFigure);
  return figures;
}
