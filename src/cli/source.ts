/** Files named on the command line. Their text goes to the server as it is. */
import { readFile } from "node:fs/promises";
import { describeFileError, findFileErrorCode } from "../file-errors.ts";
import { JsonText } from "../client/json-text.ts";
import { JsonTextError } from "../json/scan.ts";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { scanText } from "./scan-text.ts";

/** Members of a request that name a descriptor, which is given as its URL or as a file. @throws what readText throws */
export async function loadDescriptor(
  named: string,
  io: Io,
): Promise<{ readonly descriptorUrl: string } | { readonly descriptor: JsonText }> {
  if (/^https?:\/\//i.test(named)) return { descriptorUrl: named };
  return { descriptor: await loadJson(named, io) };
}

/**
 * Reads a file of JSON, which is sent as it stands. The server judges everything but its syntax.
 * @throws {CommandFailure} FILE_NOT_JSON; what readText throws
 */
export async function loadJson(path: string, io: Pick<Io, "readInput">, wanted?: Wanted): Promise<JsonText> {
  const text = await readText(path, io, wanted);
  const scan = scanText(Buffer.from(text));
  if (!(scan instanceof JsonTextError) || scan.kind !== "syntax") return new JsonText(text);
  const what = path === "-" ? "Standard input" : path;
  throw new CommandFailure("failed", "FILE_NOT_JSON", `${what} is no JSON: ${scan.message}`);
}

/** What a file should have been, for the advice when it isn't. */
interface Wanted {
  /** "a JSON object" */
  readonly content?: string;
  readonly advice?: string;
}

/**
 * The text of a file, without the byte order mark in front of it; "-" is standard input.
 * @throws CommandFailure FILE_EMPTY when there is no text in it
 */
export async function readText(
  path: string,
  io: Pick<Io, "readInput">,
  {
    content = "a JSON object",
    advice = "Give a file that exists, or a URL that begins with http:// or https://",
  }: Wanted = {},
): Promise<string> {
  const text = (path === "-" ? await io.readInput() : await readTextFile(path, advice)).replace(
    /^\ufeff/,
    "",
  );
  if (text.trim() !== "") return text;
  const what = path === "-" ? "Standard input" : `The file ${path}`;
  throw new CommandFailure("failed", "FILE_EMPTY", `${what} is empty`, `Give one with ${content} in it`);
}

async function readTextFile(path: string, advice: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = findFileErrorCode(error) ?? "FILE";
    throw new CommandFailure("notFound", code, `${path} can't be read: ${describeFileError(error)}`, advice);
  }
}
