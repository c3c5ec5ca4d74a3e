/** Parses the Retry-After header (RFC 9110, section 10.2.3). Pure. */

const SECONDS = /^\d{1,9}$/;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const ZONE = String.raw`(?:GMT|UTC|[+-]0000)`;

/** The three date formats of RFC 9110, section 5.6.7, all in UTC. */
const HTTP_DATES = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(String.raw`^${DAY}, (?<day>\d{1,2}) (?<month>\w{3}) (?<year>\d{4}) ${TIME} ${ZONE}$`, "i"),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(
    String.raw`^${DAY}\w*, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}|\d{4}) ${TIME} ${ZONE}$`,
    "i",
  ),
  // Sun Nov  6 08:49:37 1994
  new RegExp(String.raw`^${DAY} (?<month>\w{3}) +(?<day>\d{1,2}) ${TIME} (?<year>\d{4})$`, "i"),
];

/**
 * Returns the delay in ms from `now` (epoch ms). 0 for a date in the past, undefined for text that is neither seconds nor an
 * HTTP date.
 */
export function readRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (SECONDS.test(text)) return Number(text) * 1000;
  const at = parseHttpDate(text, now);
  return at === undefined ? undefined : Math.max(0, at - now);
}

/** Parses an HTTP date to epoch ms. `now` decides the century of a two-digit year. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const fields = HTTP_DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (fields === undefined) return undefined;
  const { day, month = "", year = "", hour, minute, second } = fields;
  const name = month.slice(0, 1).toUpperCase() + month.slice(1).toLowerCase();
  const monthIndex = MONTHS.indexOf(name);
  const [dayOfMonth, hours, minutes, seconds] = [day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  // 60 is a leap second.
  if (monthIndex === -1 || dayOfMonth < 1 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const fullYear = year.length === 2 ? nearestYear(Number(year), now) : Number(year);
  const at = new Date(0);
  at.setUTCFullYear(fullYear, monthIndex, dayOfMonth);
  // February 30 is invalid, not March 1 or 2.
  if (at.getUTCDate() !== dayOfMonth) return undefined;
  return at.setUTCHours(hours, minutes, seconds);
}

/** A year more than 50 years ahead is in the past (RFC 9110, section 5.6.7). */
function nearestYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
