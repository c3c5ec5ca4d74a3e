/** The directory's rules: texts that an administrator edits, and which versions are updates. Pure. */
import type { Descriptor } from "../../protocol/descriptor.ts";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { whyNotLine, whyNotLines } from "./text.ts";
import { compareVersions } from "./version-order.ts";

/** Where the sites of a server may install add-ons from. */
export const INSTALL_SOURCES = ["anywhere", "directory"] as const;
export type InstallSources = (typeof INSTALL_SOURCES)[number];

/** Entries of the directory. */
export const MAX_DIRECTORY_ENTRIES = 1_000;

/** What an entry shows of its add-on. */
export interface EntryTexts {
  readonly name: string;
  readonly vendor: string | undefined;
  readonly description: string | undefined;
}

export const ENTRY_TEXTS = ["name", "vendor", "description"] as const;
type TextName = (typeof ENTRY_TEXTS)[number];

/** Texts that an administrator wrote in place of the descriptor's. */
export type EditedTexts = { readonly [N in TextName]?: string };
/** Null gives a text back to the descriptor; a text that is left out stays as it is. */
export type TextChange = { readonly [N in TextName]?: string | null };

export const MAX_TEXT_LENGTH: Readonly<Record<TextName, number>> = {
  name: 200,
  vendor: 200,
  description: 2_000,
};
const MAX_VERSION_LENGTH = 100;

/** Returns what an entry takes from a descriptor, cut to what an entry can have. */
export function toEntryTexts({
  name,
  vendor,
  description,
  version,
}: Pick<Descriptor, "name" | "vendor" | "description" | "version">): EntryTexts & {
  readonly version: string | undefined;
} {
  const cut = (text: string | undefined, longest: number) => {
    const short = text?.slice(0, longest).toWellFormed().trim();
    return short === "" ? undefined : short;
  };
  return {
    name: name.slice(0, MAX_TEXT_LENGTH.name).toWellFormed(),
    vendor: cut(vendor?.name, MAX_TEXT_LENGTH.vendor),
    description: cut(description, MAX_TEXT_LENGTH.description),
    version: cut(version, MAX_VERSION_LENGTH),
  };
}

/** @throws {CallboardError} BODY_SCHEMA with every problem */
export function editTexts(before: EditedTexts, change: TextChange): EditedTexts {
  const problems: Problem[] = [];
  const edited: Partial<Record<TextName, string>> = {};
  for (const name of ENTRY_TEXTS) {
    const text = change[name] === undefined ? before[name] : change[name];
    if (text === undefined || text === null) continue;
    const problem = whyNotEntryText(name, text);
    if (problem === undefined) edited[name] = text.trim();
    else problems.push({ pointer: `/${name}`, detail: problem });
  }
  const [first] = problems;
  if (first === undefined) return edited;
  throw new CallboardError("BODY_SCHEMA", first.detail, { errors: problems });
}

function whyNotEntryText(name: TextName, text: string): string | undefined {
  const most = MAX_TEXT_LENGTH[name];
  if (text.trim() === "" || text.length > most)
    return `The ${name} must have 1 to ${most.toLocaleString("en-US")} characters`;
  const why = name === "description" ? whyNotLines(text) : whyNotLine(text);
  return why === undefined ? undefined : `The ${name} ${why}`;
}

/** A version that can be compared begins with a number: 1.4.0, v2. */
const COMPARABLE = /^v?(?=\d)/i;

/**
 * Returns the offered version if it is later than the installed one. Versions that don't begin with a number have no order, so
 * that none of them is an update.
 */
export function findUpdate(installed: string | undefined, offered: string | undefined): string | undefined {
  if (installed === undefined || offered === undefined) return undefined;
  if (!COMPARABLE.test(installed) || !COMPARABLE.test(offered)) return undefined;
  const [before, after] = [installed, offered].map((version) => version.replace(COMPARABLE, ""));
  return compareVersions(before ?? "", after ?? "") < 0 ? offered : undefined;
}
