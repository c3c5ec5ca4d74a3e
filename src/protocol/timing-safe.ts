/** Comparison of secrets in a time that does not depend on where they differ. */
import { timingSafeEqual } from "node:crypto";

/** Whether two byte strings are equal; only their lengths may show in the time it takes. */
export function timingSafeEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

export function timingSafeEqualText(a: string, b: string): boolean {
  return timingSafeEqualBytes(Buffer.from(a), Buffer.from(b));
}
