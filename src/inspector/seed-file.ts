/** The seed that the secrets of plain webhooks are made of, in a file, so that they are the same after a restart. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { CallboardError } from "../errors.ts";

const SEED_BYTES = 32;

/** Makes the file, for its owner alone, when there is none. Throws CONFIG_INVALID when it holds something else. */
export async function openSeed(file: string): Promise<Buffer> {
  const seed = randomBytes(SEED_BYTES);
  try {
    await writeFile(file, `${seed.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    return seed;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const text = (await readFile(file, "utf8")).trim();
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, "hex");
  throw new CallboardError("CONFIG_INVALID", `${file} is not from an Inspector; move it away to start anew`);
}
