/** A SQLite file whose disk is full. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createLab, toFigures } from "../lab.ts";
import type { Figures, Scenario, Setting } from "../lab.ts";
import type { Load } from "../load.ts";

const MAX_WAIT_MS = 60_000;

/** Resolves to how long it took until the next event was accepted. */
async function nextAccepted(load: Load): Promise<number> {
  const startedAt = Date.now();
  const before = load.accepted.size;
  while (load.accepted.size === before && Date.now() - startedAt < MAX_WAIT_MS) await pause(10);
  return Date.now() - startedAt;
}

async function fullDisk(setting: Setting): Promise<Figures> {
  const disk = join(setting.directory, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]);
  try {
    const lab = await createLab({
      directory: disk,
      journals: join(setting.directory, "journals"),
      databaseUrl: `sqlite:${join(disk, "callboard.sqlite")}`,
      hosts: 1,
      addons: ["one", "two"],
    });
    try {
      await lab.startHosts();
      const load = lab.startLoad({ rate: 1_000 });
      const waitingSince = Date.now();
      while (!load.refusals.has(503) && Date.now() - waitingSince < MAX_WAIT_MS) await pause(20);
      await pause(2_000);
      const acceptedWhenFull = load.accepted.size;
      await pause(1_000);
      const acceptedWhileFull = load.accepted.size - acceptedWhenFull;
      execFileSync("mount", ["-o", "remount,size=512m", disk]);
      const recoveryMs = await nextAccepted(load);
      await pause(1_000);
      const finished = await lab.finish(load, { mayRepeat: 0, allDelivered: true });
      const refused = [...load.refusals.keys()].filter((status) => status !== 503);
      return toFigures(finished, recoveryMs, { refused503: load.refusals.get(503) ?? 0, acceptedWhileFull }, [
        ...(load.refusals.has(503) ? [] : ["I1: a full disk was never answered with 503"]),
        ...(refused.length === 0 ? [] : [`I1: a full disk was answered with ${refused.join(", ")}`]),
      ]);
    } finally {
      await lab.close();
    }
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
}

export const storageScenarios: readonly Scenario[] = [
  {
    name: "full-disk",
    databases: ["SQLite"],
    impossible: () => (process.getuid?.() === 0 ? undefined : "only root may mount a small disk"),
    run: fullDisk,
  },
];
