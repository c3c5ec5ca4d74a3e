/** Finds what of a command line a refused member of the API came from. Pure. */

/** Members whose options have other names. */
const RENAMED: Readonly<Record<string, string>> = {
  "/bodyRetentionMs": "--body-retention",
  "/events": "--event",
  "/pace/rate": "--rate",
  "/pace/retryDelaysMs": "--retry-delays",
  "/pace/retryProfile": "--retry-profile",
  "/pace/slots": "--slots",
  "/pace/timeoutMs": "--request-timeout",
  "/payload": "--data",
  "/retentionMs": "--retention",
  "/routingKey": "--routing-key-file",
};

/** Returns the options and arguments (`--order-by`, `<url>`) that these members came from, each once. */
export function findOptions(pointers: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return [...new Set(pointers.flatMap((pointer) => findOption(pointer, names) ?? []))];
}

/** The longest beginning of the pointer counts: "/batch/max" is `--batch`. */
function findOption(pointer: string, names: ReadonlySet<string>): string | undefined {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const name = toName(path);
    const found = [RENAMED[path], `<${name}>`, `--${name}`].find(
      (each) => each !== undefined && names.has(each),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** "/tls/certificate" → "tls-certificate", "/orderBy" → "order-by" */
const toName = (path: string): string =>
  path
    .slice(1)
    .replaceAll("/", "-")
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
