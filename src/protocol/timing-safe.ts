/** Compares secrets in a time that doesn't depend on where they differ. */
import { timingSafeEqual } from "node:crypto";

/** Reports whether two byte strings are equal. The time shows at most their lengths. */
export function timingSafeEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

export function timingSafeEqualText(a: string, b: string): boolean {
  return timingSafeEqualBytes(Buffer.from(a), Buffer.from(b));
}
