/** Judges what a URL of a visitor responds to a challenge, and cuts what is shown of its response to a sample. Pure. */

/** Time in which the value of a challenge must come back. */
export const CHALLENGE_TIMEOUT_MS = 5_000;
export const SAMPLE_TIMEOUT_MS = 10_000;

const MAX_EXCERPT_LENGTH = 1_000;

/** Reports whether a response body has the value of the challenge, alone or in any format. */
export const includesValue = (body: Buffer, value: string): boolean => body.includes(value);

/** Returns the beginning of a response body as text. Bytes that are no text are replaced. */
export function excerptResponse(
  body: Buffer,
  isIncomplete: boolean,
): { readonly excerpt: string; readonly isCut: boolean } {
  const text = body.toString("utf8");
  return {
    excerpt: text.slice(0, MAX_EXCERPT_LENGTH).toWellFormed().replaceAll("\0", "\uFFFD"),
    isCut: isIncomplete || text.length > MAX_EXCERPT_LENGTH,
  };
}
