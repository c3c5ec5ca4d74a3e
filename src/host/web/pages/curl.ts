/** Requests as curl commands for a POSIX shell. Pure. */

const MAX_BODY_BYTES = 64 * 1024;
/** curl makes these itself. */
const LEFT_OUT = new Set(["host", "content-length", "connection", "transfer-encoding"]);

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export interface CurlRequest {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined when it is no longer kept. */
  readonly body: Buffer | undefined;
}

/** A body that is too long for a command line is read from a file named body.json. */
export function curlCommand({ url, headers, body }: CurlRequest): string {
  const lines = [`curl -X POST ${quoted(url)}`];
  for (const [name, value] of headers) {
    if (!LEFT_OUT.has(name.toLowerCase())) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body !== undefined) {
    const isShort = body.length <= MAX_BODY_BYTES;
    lines.push(isShort ? `--data-binary ${quoted(body.toString("utf8"))}` : "--data-binary @body.json");
  }
  return joinLines(lines);
}

/** A command that spans lines. */
const joinLines = (lines: readonly string[]): string => lines.join(" \\\n  ");

export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  /** JSON text. */
  readonly body: string | undefined;
}

/** A request to the API of this server. The shell puts the token in. */
export function apiCommand({ method, url, body }: ApiRequest): string {
  return joinLines([
    `curl${method === "GET" ? "" : ` -X ${method}`} ${quoted(url)}`,
    '-H "Authorization: Bearer $CALLBOARD_TOKEN"',
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${quoted(body)}`]),
  ]);
}
