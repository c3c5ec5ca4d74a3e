/** Rewrites the white space of JSON text and nothing else: numbers beyond 2^53, repeated keys and escapes stay as sent. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Two spaces a level, one member a line. `text` must be JSON. */
export function indentJson(text: string): string {
  let depth = 0;
  let out = "";
  let opened = false;
  const newLine = () => `\n${"  ".repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    if (opened ? !closes : closes) out += newLine();
    opened = token === "{" || token === "[";
    if (opened) depth += 1;
    out += token === ":" ? ": " : token === "," ? `,${newLine()}` : token;
  }
  return out;
}

/** Without white space, on one line. `text` must be JSON. */
export function compactJson(text: string): string {
  return Array.from(text.matchAll(TOKEN), ([token]) => token).join("");
}
