/** A descriptor named on the command line: a URL, or a file whose text goes to the server as it is. */
import { readFile } from "node:fs/promises";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";

/** JSON text of the members that a request needs: `"descriptorUrl":…` or `"descriptor":…`. */
export async function descriptorMember(named: string, io: Io): Promise<string> {
  if (/^https?:\/\//i.test(named)) return `"descriptorUrl":${JSON.stringify(named)}`;
  const text = await readText(named, io);
  return `"descriptor":${text.trim() === "" ? "null" : text}`;
}

/** The text of a file; "-" is standard input. */
export async function readText(path: string, io: Io): Promise<string> {
  if (path === "-") return io.readInput();
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CommandFailure(
      "notFound",
      (error as NodeJS.ErrnoException).code ?? "FILE",
      `Cannot read ${path}`,
      "Give a file that exists, or a URL that begins with http:// or https://",
    );
  }
}
