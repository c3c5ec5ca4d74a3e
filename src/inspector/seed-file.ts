/** The seed that the secrets of plain webhooks are made of, in a file, so that they are the same after a restart. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CallboardError } from "../errors.ts";
import { createFile } from "../whole-file.ts";

const SEED_BYTES = 32;

/** Makes the file, for its owner alone, when there is none. Throws CONFIG_INVALID when it holds something else. */
export async function openSeed(file: string): Promise<Buffer> {
  const seed = randomBytes(SEED_BYTES);
  if (await createFile(file, `${seed.toString("hex")}\n`)) return seed;
  const text = (await readFile(file, "utf8")).trim();
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, "hex");
  throw new CallboardError("CONFIG_INVALID", `${file} is not from an Inspector; move it away to start anew`);
}
