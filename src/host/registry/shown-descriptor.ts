/** An install that was confirmed for one descriptor must not install another. */
import { CallboardError } from "../../errors.ts";

/**
 * Compares digests of what was shown, if anything was, and of what would be installed.
 * @throws {CallboardError} DESCRIPTOR_CHANGED
 */
export function requireShown(shown: string | undefined, digest: string): void {
  if (shown === undefined || shown === digest) return;
  throw new CallboardError(
    "DESCRIPTOR_CHANGED",
    "The descriptor changed since it was shown, so nothing was installed. Look at what it says now, and confirm again",
  );
}
