/** The key that seals secrets at rest: given by the configuration, or a file of mode 0600 made at the first start. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CallboardError } from "../../errors.ts";

export const MASTER_KEY_FILE = "master.key";
const KEY_BYTES = 32;

/** @throws CallboardError CONFIG_INVALID when the file does not hold a key */
export async function readMasterKey(dataDir: string, configured: Buffer | undefined): Promise<Buffer> {
  if (configured !== undefined) return configured;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, MASTER_KEY_FILE);
  const made = randomBytes(KEY_BYTES);
  try {
    await writeFile(path, `${made.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from((await readFile(path, "utf8")).trim(), "base64");
  if (key.length !== KEY_BYTES) {
    throw new CallboardError(
      "CONFIG_INVALID",
      `${path} does not hold a master key of ${KEY_BYTES} bytes in base64; restore it, or the secrets in the database are lost`,
    );
  }
  return key;
}
