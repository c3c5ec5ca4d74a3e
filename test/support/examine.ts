/** Runs `callboard doctor` in this process. */
import { expect } from "vitest";
import { run } from "../../src/cli/index.ts";
import { freePort } from "./free-port.ts";

interface Item {
  readonly check: string;
  readonly verdict: "ok" | "warning" | "problem";
  readonly detail: string;
  readonly remedy?: string;
}

export async function examine(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  let [out, notes] = ["", ""];
  const code = await run(["doctor", "--json", ...args], {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_PORT: String(await freePort()), ...env },
    readInput: () => Promise.resolve(""),
  });
  expect(notes).toBe("");
  const { items } = JSON.parse(out) as { readonly items: readonly Item[] };
  const of = (check: string) => items.filter((item) => item.check === check);
  return { code, items, of };
}
