/** Looks at JSON that is sent to the server as it stands. Pure. */
import { JsonTextError, scanJson } from "../json/scan.ts";
import type { JsonScan } from "../json/scan.ts";

/** That of a batch of the API. The server refuses deeper texts with their place. */
const MAX_DEPTH = 512;

/** Returns why it can't be read in place of what is in it. */
export function scanText(bytes: Buffer): JsonScan | JsonTextError {
  try {
    return scanJson(bytes, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof JsonTextError) return error;
    throw error;
  }
}
