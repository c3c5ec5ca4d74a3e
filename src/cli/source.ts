/** A descriptor named on the command line: a URL, or a file whose text goes to the server as it is. */
import { readFile } from "node:fs/promises";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";

/** JSON text of the members that a request needs: `"descriptorUrl":…` or `"descriptor":…`. */
export async function descriptorMember(named: string, io: Io): Promise<string> {
  if (/^https?:\/\//i.test(named)) return `"descriptorUrl":${JSON.stringify(named)}`;
  return `"descriptor":${await readText(named, io)}`;
}

/**
 * The text of a file, without the byte order mark in front of it; "-" is standard input.
 * @throws CommandFailure FILE_EMPTY when there is no text in it
 */
export async function readText(path: string, io: Io): Promise<string> {
  const text = (path === "-" ? await io.readInput() : await readTextFile(path)).replace(/^\ufeff/, "");
  if (text.trim() !== "") return text;
  const what = path === "-" ? "Standard input" : `The file ${path}`;
  throw new CommandFailure("failed", "FILE_EMPTY", `${what} is empty`, "Give one with a JSON object in it");
}

async function readTextFile(path: string): Promise<string> {
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
