/** Reads from a response for how long its connection can be used again. Pure. */
import { isNamed } from "./response-body.ts";
import type { CheckedHead } from "./response-head.ts";

/** The peer begins to count earlier than this side, its close takes a while to arrive, and idle connections are looked at once in 1 s. */
const MARGIN_MS = 2_000;

const TIMEOUT = /(?:^|[\s,;])timeout=(\d{1,9})(?:$|[\s,;])/i;

/**
 * Returns the time in ms for which the connection can be used again: 0 after `Connection: close` and after HTTP/1.0 without
 * `keep-alive`, Infinity if the response says nothing (RFC 9112, section 9.3; `Keep-Alive: timeout` of RFC 2068, section 19.7.1).
 */
export function readKeepMs({ isHttp10, headers }: CheckedHead): number {
  let isKept = !isHttp10;
  let keepMs = Number.POSITIVE_INFINITY;
  for (const [name, value] of headers) {
    if (isNamed(name, "connection")) {
      const options = value.toLowerCase();
      if (options.includes("close")) return 0;
      if (options.includes("keep-alive")) isKept = true;
    } else if (isNamed(name, "keep-alive")) {
      const seconds = TIMEOUT.exec(value)?.[1];
      if (seconds !== undefined) keepMs = Math.max(0, Number(seconds) * 1_000 - MARGIN_MS);
    }
  }
  return isKept ? keepMs : 0;
}
