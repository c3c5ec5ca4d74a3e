/** Tells texts, numbers and booleans from the other values of parsed JSON. Pure. */
export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
