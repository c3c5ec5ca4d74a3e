/** Languages whose programs some tests run. Where one is missing, its tests are skipped, and one line says so. */
import { spawnSync } from "node:child_process";

export type Command = readonly [program: string, ...args: readonly string[]];

/** Commands that succeed where the language is installed. */
export const PROBES = {
  javascript: ["node", "--version"],
  python: ["python3", "-c", "import ensurepip, venv"],
  go: ["go", "version"],
  rust: ["cargo", "--version"],
  java: ["mvn", "--version"],
} as const satisfies Readonly<Record<string, Command>>;

export type Language = keyof typeof PROBES;

/** Returns whether the language is installed; if not, says what isn't tried. */
export function isInstalled(language: Language, whatIsTried: string): boolean {
  const [program, ...args] = PROBES[language];
  const isThere = spawnSync(program, args, { stdio: "ignore" }).status === 0;
  if (!isThere) console.log(`${language} is not installed, so ${whatIsTried} is not tried`);
  return isThere;
}
