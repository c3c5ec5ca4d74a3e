/**
 * Fetches one public key from a key server, with Node's own HTTP client: the toolkit brings no client of its own. The URL is
 * configuration and a checked key ID, so the address guard of hosts has nothing to decide here.
 */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { IncomingMessage } from "node:http";
import { decodeBody } from "../egress/content-encoding.ts";
import { outcomeOfError } from "../egress/outcome.ts";
import { pairHeaders } from "../header-pairs.ts";
import { API_HEADER } from "../protocol/headers.ts";
import { toPublicKey } from "../protocol/signed-install.ts";
import type { KeyLookup } from "../protocol/signed-install.ts";

const MAX_BYTES = 16 * 1024;

/** Never rejects. Redirects are not followed, and no environment variable makes it accept an untrusted certificate. */
export async function fetchKey(url: string, timeoutMs: number): Promise<KeyLookup> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await get(url, deadline);
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) {
      response.destroy();
      return statusCode === 404 || statusCode === 410
        ? { kind: "unknown" }
        : { kind: "unavailable", reason: `it returned ${statusCode}` };
    }
    return await readKey(response);
  } catch (error) {
    const reason = deadline.aborted ? `No response within ${timeoutMs} ms` : outcomeOfError(error).detail;
    return { kind: "unavailable", reason };
  }
}

function get(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const options = { signal, agent: false, headers: { accept: "*/*", "user-agent": "callboard" } } as const;
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:")
      ? requestHttps(url, { ...options, rejectUnauthorized: true }, resolve)
      : requestHttp(url, options, resolve);
    request.once("error", reject).end();
  });
}

async function readKey(response: IncomingMessage): Promise<KeyLookup> {
  const headers = pairHeaders(response.rawHeaders);
  const body = await readBody(response);
  if (body === undefined) return { kind: "unusable" };
  const decoded = await decodeBody({ headers, body }, MAX_BYTES);
  const key = decoded.kind === "decoded" ? toPublicKey(decoded.body.toString("latin1")) : undefined;
  if (key === undefined) return { kind: "unusable" };
  return { kind: "found", key, isCallboard: headers.some(([name]) => name.toLowerCase() === API_HEADER) };
}

/** Resolves to undefined when the body is larger than a key can be. */
async function readBody(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
