/** Escapes and unescapes steps of a JSON pointer (RFC 6901): `~0` is "~", `~1` is "/". */

export function escapeStep(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

export const parsePointer = (pointer: string): readonly string[] =>
  pointer.split("/").slice(1).map(unescapeStep);

export const formatPointer = (steps: readonly string[]): string =>
  steps.map((step) => `/${escapeStep(step)}`).join("");
