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
const MOST_BODY = 100_000;

/** The capture sent once more with these headers; those of the connection are left out. */
export function curlOf(capture: Capture, baseUrl: string, headers: Capture["headers"]): string {
  const sent = headers.filter(([name]) => !OWN.has(name.toLowerCase()));
  const parts = [
    `curl -X ${capture.method} ${quoted(new URL(baseUrl).origin + capture.target)}`,
    ...sent.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(capture.body.length === 0 ? [] : [`  --data-binary ${bodyArgument(capture)}`]),
  ];
  return parts.join(" \\\n");
}

function bodyArgument(capture: Capture): string {
  const text = capture.body.toString("utf8");
  const isText = !text.includes("\0") && Buffer.from(text, "utf8").equals(capture.body);
  if (!isText || capture.body.length > MOST_BODY) return `@callboard-${capture.id}.body`;
  // curl reads a file when the argument begins with @.
  return text.startsWith("@") ? `@- <<< ${quoted(text)}` : quoted(text);
}

/** For a POSIX shell: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
