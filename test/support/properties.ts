/** How often properties are tried, and what they are tried with. */
import fc from "fast-check";

/** `npm run test:fuzz` tries each ten times as often. */
const TIMES = Number(process.env["PROPERTY_TIMES"] ?? 1);

/** With every change a property is tried often enough to notice a gross fault, each time with other inputs. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: count * TIMES };
}

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/**
 * Any character, as a unit of `fc.string`. The unit "binary" of fast-check has the same ones, and takes seconds to prepare.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0x10ffff - SURROGATES }))
  .map((at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES));
