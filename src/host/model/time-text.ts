/** Reads times as people and programs write them: RFC 3339, also without seconds or offset, or a date alone. Pure. */

const TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|z|[+-]\d\d:\d\d)?)?$/;

/**
 * Returns epoch milliseconds; undefined for text that is no time, such as February 30. A leap second is the second after it.
 * Without an offset the time is local, and a date is its beginning in UTC.
 */
export function parseTime(text: string): number | undefined {
  const [, date = "", minute, second = "00", fraction = "", offset = ""] = TIME.exec(text) ?? [];
  if (!isDate(date)) return undefined;
  if (minute === undefined) return Date.parse(date);
  const isLeap = second === "60";
  const at = Date.parse(`${date}T${minute}:${isLeap ? "59" : second}${fraction}${offset.toUpperCase()}`);
  return Number.isNaN(at) ? undefined : at + (isLeap ? 1_000 : 0);
}

/** Date.parse takes February 30 for March 2. */
function isDate(date: string): boolean {
  const at = Date.parse(date);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}
