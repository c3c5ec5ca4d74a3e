/** Values of fields for a date and time, which have no time zone: they are in UTC. Pure. */

/** Returns the value of a field for a time in epoch ms, to the second. */
export const toFieldTime = (at: number): string => new Date(at).toISOString().slice(0, 19);

/** Returns the value of a field with its time zone; any other text as it is. */
export const asUtc = (text: string): string => (/T[\d:.]+$/.test(text) ? `${text}Z` : text);
