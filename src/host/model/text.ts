/**
 * Checks foreign text: can every database store it, and is it readable on a line? Pure.
 *
 * PostgreSQL stores no NUL, and no database stores half a surrogate pair. Such text is refused, regardless of the database.
 */

/** Returns the problem of a text that no database can store, or undefined. */
export function whyNotText(text: string): string | undefined {
  if (text.includes("\0")) return "must not have a NUL character (U+0000)";
  return text.isWellFormed() ? undefined : "must not have half of a surrogate pair";
}

const IN_A_LINE = /\p{Cc}/u;
/** Excludes line breaks and tabs, which texts of several lines have. */
const IN_LINES = /(?![\n\r\t])\p{Cc}/u;

/** Returns the problem of a single line such as a name, or undefined. */
export function whyNotLine(text: string): string | undefined {
  return IN_A_LINE.test(text) ? "must not have control characters" : whyNotText(text);
}

/** Returns the problem of a text that can have several lines, or undefined. */
export function whyNotLines(text: string): string | undefined {
  return IN_LINES.test(text)
    ? "must not have control characters other than line breaks and tabs"
    : whyNotText(text);
}

export interface TextProblem {
  /** JSON pointer. */
  readonly pointer: string;
  readonly detail: string;
}

/** Returns the texts of a JSON value that can't be stored, names of members included. At most `most`. */
export function textProblems(value: unknown, pointer = "", most = 50): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  collect(value, pointer, problems, most);
  return problems;
}

function collect(value: unknown, pointer: string, problems: TextProblem[], most: number): void {
  if (problems.length >= most) return;
  if (typeof value === "string") {
    const detail = whyNotText(value);
    if (detail !== undefined) problems.push({ pointer, detail });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const detail = whyNotText(name);
    if (detail === undefined) collect(member, at, problems, most);
    else if (problems.length < most)
      problems.push({ pointer: at.toWellFormed(), detail: `has a name that ${detail}` });
  }
}
