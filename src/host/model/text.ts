/**
 * Text that comes from outside: the one rule of what every database can store, and of what people can read in a line. Pure.
 *
 * PostgreSQL stores no NUL, and no database stores half a surrogate pair: such text is refused at the door, on every
 * database alike.
 */

/** What is wrong with a text that no database could keep as it came; undefined when nothing is. */
export function whyNotText(text: string): string | undefined {
  if (text.includes("\0")) return "must not have a NUL character (U+0000)";
  return text.isWellFormed() ? undefined : "must not have half of a surrogate pair";
}

const IN_A_LINE = /\p{Cc}/u;
/** Line breaks and tabs are what a text of several lines has. */
const IN_LINES = /(?![\n\r\t])\p{Cc}/u;

/** What is wrong with the characters of a single line, such as a name; undefined when nothing is. */
export function whyNotLine(text: string): string | undefined {
  return IN_A_LINE.test(text) ? "must not have control characters" : whyNotText(text);
}

/** The same for a text that may have several lines. */
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

/** Every text in a JSON value that cannot be stored: names of members as well as values. At most `most` of them. */
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
