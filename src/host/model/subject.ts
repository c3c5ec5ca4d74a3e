/** Text that is to be erased, and how it is found: as it is, escaped as in JSON, and percent-encoded as in URLs. Case-sensitive. Pure. */

/** Stands where the subject was. */
export const ERASED = "[erased]";

/** Characters by which a subject can be written otherwise. Text without them is searched as it is. */
export const ESCAPES = ["\\", "%", "+"] as const;

export function holdsSubject(text: string, subject: string): boolean {
  if (text.includes(subject)) return true;
  const unescaped = text.includes("\\") ? decodeEscapes(text) : text;
  return (
    unescaped.includes(subject) ||
    (unescaped.includes("%") && decodePercents(unescaped).includes(subject)) ||
    // Forms write a space as "+".
    (unescaped.includes("+") && decodePercents(unescaped.replaceAll("+", " ")).includes(subject))
  );
}

/** Replaces the subject; where it is written otherwise, the whole text. */
export function eraseSubject(text: string, subject: string): string {
  const erased = text.replaceAll(subject, ERASED);
  return holdsSubject(erased, subject) ? ERASED : erased;
}

const ESCAPED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function decodeEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^u]))/g, (_whole, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPED[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function decodePercents(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
