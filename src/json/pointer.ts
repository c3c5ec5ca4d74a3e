/** Steps of a JSON pointer (RFC 6901), whose two special characters are written `~0` and `~1`. */

export function escapeStep(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
