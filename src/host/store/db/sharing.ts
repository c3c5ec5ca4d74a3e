/**
 * Keeps values that many rows have in common once: event types, names of formats, URLs of a webhook and its subscriptions. The driver
 * makes a new string for each row. Pure.
 */

/** Longer texts are rarely the same. */
const MAX_LENGTH = 256;
/** Texts of the newer half; as many are in the older one. */
const MAX_TEXTS = 4_000;

export interface Sharing {
  /** Returns the equal text that was read before. */
  readonly text: (text: string) => string;
  /** Returns the value of JSON text. That of a short text is shared, and frozen. */
  readonly json: (text: string) => unknown;
}

/** Remembers what was read lately. */
export function createSharing(most = MAX_TEXTS): Sharing {
  return { text: remember((text) => text, most), json: remember((text) => freeze(parse(text)), most, parse) };
}

const parse = (text: string): unknown => JSON.parse(text);

/** In two halves: the older one is dropped when the newer one is full. */
function remember<T>(create: (text: string) => T, most: number, createLong = create): (text: string) => T {
  let newer = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    if (text.length > MAX_LENGTH) return createLong(text);
    const known = newer.get(text);
    if (known !== undefined) return known;
    const value = older.get(text) ?? create(text);
    if (newer.size >= most) {
      older = newer;
      newer = new Map();
    }
    newer.set(text, value);
    return value;
  };
}

function freeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
