/** Where the project is, from its sources as from what was compiled of them. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled sources have a package.json of their own beside them: what they start is only in the project. */
export function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "bin/callboard.cjs"))) directory = dirname(directory);
  return directory;
}
