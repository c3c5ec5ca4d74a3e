/** The options of the crash lab. Pure. */
import { parseArgs } from "node:util";
import { getMessage } from "../../src/errors.ts";
import type { DatabaseKind } from "./lab.ts";

export interface CrashLabOptions {
  /** Names; undefined for all. */
  readonly scenarios: readonly string[] | undefined;
  readonly database: DatabaseKind | undefined;
  readonly kills: number;
  /** The least deliveries of a scenario with kills; 0 for those that come while it kills. */
  readonly deliveries: number;
  readonly seed: number;
}

export type OptionsReading =
  | { readonly kind: "run"; readonly options: CrashLabOptions }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly problem: string };

const DATABASES: readonly DatabaseKind[] = ["SQLite", "PostgreSQL"];

/** @param names of all scenarios */
export const formatUsage = (names: readonly string[]): string =>
  `Usage: npm run crashlab -- [options]

  --scenario NAME      run this one only; can be repeated
  --database NAME      ${DATABASES.join(" or ")}; both when left out
  --kills N            kills of a scenario for each database; 200 when left out
  --deliveries N       at least so many deliveries in a scenario with kills
  --seed N             repeat the choices of an earlier run
  --help               print this

Scenarios: ${names.join(", ")}`;

export function readOptions(args: readonly string[], names: readonly string[], seed: number): OptionsReading {
  try {
    return parse(args, names, seed);
  } catch (error) {
    // Of an option that does not exist, or without its value.
    return { kind: "refused", problem: getMessage(error) };
  }
}

function parse(args: readonly string[], names: readonly string[], seed: number): OptionsReading {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string", multiple: true },
      database: { type: "string" },
      kills: { type: "string", default: "200" },
      deliveries: { type: "string", default: "0" },
      seed: { type: "string", default: String(seed) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { kind: "help" };
  const refuse = (problem: string): OptionsReading => ({ kind: "refused", problem });
  const unknown = values.scenario?.find((name) => !names.includes(name));
  if (unknown !== undefined) return refuse(`There is no scenario ${JSON.stringify(unknown)}`);
  const database = DATABASES.find((name) => name === values.database);
  if (values.database !== undefined && database === undefined)
    return refuse(`--database must be ${DATABASES.join(" or ")}`);
  for (const name of ["kills", "deliveries", "seed"] as const)
    if (!/^\d{1,9}$/.test(values[name])) return refuse(`--${name} must be a whole number`);
  return {
    kind: "run",
    options: {
      scenarios: values.scenario,
      database,
      kills: Number(values.kills),
      deliveries: Number(values.deliveries),
      seed: Number(values.seed),
    },
  };
}
