/** Formats a refused install for the audit log: URL and reason. Pure. */

import { escapeControls } from "../../foreign-text.ts";

/** Action of these audit entries. */
export const INSTALL_REFUSED = "addon.install-refused";

export interface InstallRefusal {
  /** An error code, such as HOST_DENIED. */
  readonly code: string;
  /** The descriptor URL from {@link shownUrl}. Undefined if the descriptor was sent inline. */
  readonly url: string | undefined;
  readonly sentence: string;
}

const MAX_URL_LENGTH = 300;
const MAX_SENTENCE_LENGTH = 1_000;
const NO_URL = "(inline descriptor)";

/** Formats a refusal as three lines, which {@link readRefusal} parses. */
export function refusalText({ code, url, sentence }: InstallRefusal): string {
  return [code, url ?? NO_URL, oneLine(sentence).slice(0, MAX_SENTENCE_LENGTH)].join("\n");
}

/** Returns undefined for other texts than those of {@link refusalText}. */
export function readRefusal(text: string): InstallRefusal | undefined {
  const [code, url, sentence, ...more] = text.split("\n");
  if (code === undefined || url === undefined || sentence === undefined || more.length > 0) return undefined;
  return { code, url: url === NO_URL ? undefined : url, sentence };
}

/** Returns the URL, or the text sent as one, on one line and without possible secrets: user, password and query. */
export function shownUrl(text: string): string {
  const line = oneLine(text)
    .replace(/\/\/[^/?#]*@/, "//")
    .replace(/\?.*$/, "?…");
  return line.length > MAX_URL_LENGTH ? `${line.slice(0, MAX_URL_LENGTH)}…` : line;
}

/** Joins neighbors that `isSame`. Keeps the first one and their number. */
export function joinRepeated<T>(
  rows: readonly T[],
  isSame: (one: T, other: T) => boolean,
): readonly { readonly row: T; readonly times: number }[] {
  const joined: { row: T; times: number }[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    if (last !== undefined && isSame(last.row, row)) last.times += 1;
    else joined.push({ row, times: 1 });
  }
  return joined;
}

function oneLine(text: string): string {
  return escapeControls(text.replaceAll(/\s+/g, " ").trim());
}
