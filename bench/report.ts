/** What a benchmark prints: a table for people and a JSON file for machines. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The value as people read it, with its unit. */
  readonly shown: string;
  /** What it is held against in the same run. */
  readonly limit: string;
  readonly ratio?: number;
  readonly detail?: string;
  /** What it must reach, and what we aim at. */
  readonly bar?: Bar;
}

/** A bar for the figure's ratio, or for its value where it has none. */
export type Bar =
  | { readonly atLeast: number; readonly aim: number }
  | { readonly atMost: number; readonly aim: number; readonly unit?: string };

/** The names of the figures that don't reach their bar. */
export function missedBars(figures: readonly Figure[]): readonly string[] {
  return figures.filter((figure) => judged(figure).startsWith("MISSED")).map(({ name }) => name);
}

function judged({ bar, ratio, value }: Figure): string {
  if (bar === undefined) return "";
  const measured = ratio ?? value;
  const [sign, limit, unit, met, aimed] =
    "atLeast" in bar
      ? ["≥", bar.atLeast, "", measured >= bar.atLeast, measured >= bar.aim]
      : ["≤", bar.atMost, ` ${bar.unit ?? ""}`.trimEnd(), measured <= bar.atMost, measured <= bar.aim];
  return `${aimed ? "aim met" : met ? "met" : "MISSED"} (${sign} ${limit}, aim ${bar.aim}${unit})`;
}

/** What is measured next. */
export function tellStep(name: string): void {
  console.error(`  … ${name}`);
}

/** One line as soon as a figure is known: the whole takes long. */
export function tellFigure(figure: Figure): void {
  const ratio = figure.ratio === undefined ? "" : `, ratio ${figure.ratio.toFixed(2)}`;
  console.error(`  ${figure.name}: ${figure.shown}${ratio} ${judged(figure)}`.trimEnd());
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`);
  const rows = figures.map((f) => [
    f.name,
    f.shown,
    f.limit,
    f.ratio?.toFixed(2) ?? "",
    judged(f),
    f.detail ?? "",
  ]);
  const header = ["figure", "median", "limit in the same run", "ratio", "bar", "spread"];
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [header, ...rows]) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
  }
}

/** Resolves to the path of the file. */
export function saveFigures(results: Readonly<Record<string, readonly Figure[]>>): string {
  mkdirSync("bench/results", { recursive: true });
  const path = `bench/results/${new Date().toISOString().replaceAll(":", "-")}.json`;
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
  };
  writeFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
  return path;
}
