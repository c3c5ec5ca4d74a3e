/** Runs `callboard doctor` in this process. */
import { expect } from "vitest";
import { freePort } from "./free-port.ts";
import { runAlone } from "./run-alone.ts";

interface Item {
  readonly check: string;
  readonly verdict: "ok" | "warning" | "problem";
  readonly detail: string;
  readonly remedy?: string;
}

export async function examine(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { code, out, notes } = await runAlone({ CALLBOARD_PORT: String(await freePort()), ...env }, [
    "doctor",
    "--json",
    ...args,
  ]);
  expect(notes).toBe("");
  const { items } = JSON.parse(out) as { readonly items: readonly Item[] };
  const of = (check: string) => items.filter((item) => item.check === check);
  return { code, items, of };
}
