/** A capture as a command line, to send it once more. */
import type { Capture } from "../capture.ts";

/** Headers that the connection and curl see to themselves. */
const OWN = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
  "accept-encoding",
]);

/** Longer bodies do not fit on a command line everywhere; they are read from the file that the page offers. */
const MAX_BODY = 100_000;

/** The capture sent once more with these headers; those of the connection are left out. */
export function formatCurl(capture: Capture, baseUrl: string, headers: Capture["headers"]): string {
  const sent = headers.filter(([name]) => !OWN.has(name.toLowerCase()));
  const parts = [
    `curl -X ${capture.method} ${quoted(new URL(baseUrl).origin + capture.target)}`,
    ...sent.map(([name, value]) => `  -H ${quoted(headerArgument(name, value))}`),
    ...(capture.body.length === 0 ? [] : bodyArguments(capture, sent)),
  ];
  return parts.join(" \\\n");
}

/** The file that the command reads the body from: the one that the page offers. Undefined when it needs none. */
export function toBodyFile({ id, body }: Pick<Capture, "id" | "body">): string | undefined {
  const text = body.toString("utf8");
  const isText = !text.includes("\0") && Buffer.from(text, "utf8").equals(body);
  return isText && body.length <= MAX_BODY ? undefined : `callboard-${id}.body`;
}

/** A header without a value is one that curl would leave out, unless it ends with a semicolon. */
function headerArgument(name: string, value: string): string {
  return value === "" ? `${name};` : `${name}: ${value}`;
}

function bodyArguments(capture: Capture, sent: Capture["headers"]): readonly string[] {
  const file = toBodyFile(capture);
  const text = capture.body.toString("utf8");
  // --data-binary reads a file when its argument begins with @, --data-raw never does.
  const flag = file === undefined && text.startsWith("@") ? "--data-raw" : "--data-binary";
  const body = `  ${flag} ${file === undefined ? quoted(text) : `@${file}`}`;
  // curl would name a type of its own where the sender named none.
  return sent.some(([name]) => name.toLowerCase() === "content-type")
    ? [body]
    : ["  -H 'Content-Type:'", body];
}

/** For a POSIX shell: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
