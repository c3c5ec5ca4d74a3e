/** Reads the Retry-After header (RFC 9110, section 10.2.3). Pure. */

const SECONDS = /^\d{1,9}$/;

/** An HTTP date begins with the name of a day; `Date.parse` alone would read "-5" or "2" as dates too. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * How long to wait, in ms from `now` (epoch ms): 0 for a date that is past, undefined for what is neither a number of
 * seconds nor an HTTP date.
 */
export function readRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (SECONDS.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
