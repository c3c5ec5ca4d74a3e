/** Members of the server's responses that have no value. Pure. */

/** Reports whether a member has no value: it is null, or a server of an earlier version doesn't know it and leaves it out. */
export const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;
