/** Changes values of parsed JSON by dotted paths, such as `issue.fields.summary` or `changelog.items.0.field`. Pure. */

export type Container = Record<string, unknown> | unknown[];

export const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null;

/** What is wrong with a path; the message begins in lower case. */
export class PathProblem extends Error {
  override readonly name = "PathProblem";
}

/**
 * Sets the value at a path to what `change` makes of the one that is there. Segments are parted by dots; digits are places in a
 * list. Objects and lists on the way that are missing are made.
 * @throws {PathProblem} if the path has an empty segment, or names a place that a list doesn't have
 */
export function setAtPath(root: Container, path: string, change: (before: unknown) => unknown): void {
  const segments = path.split(".");
  if (segments.some((segment) => segment === "" || segment === "__proto__"))
    throw new PathProblem(`${path} is not a path such as issue.fields.summary`);
  const last = segments.at(-1) ?? "";
  let at = root;
  for (const [index, segment] of segments.slice(0, -1).entries()) {
    const next = read(at, segment);
    if (isContainer(next)) at = next;
    else {
      const made: Container = /^\d+$/.test(segments[index + 1] ?? "") ? [] : {};
      write(at, segment, made);
      at = made;
    }
  }
  write(at, last, change(read(at, last)));
}

function read(container: Container, segment: string): unknown {
  if (Array.isArray(container)) return container[Number(segment)];
  return Object.hasOwn(container, segment) ? container[segment] : undefined;
}

function write(container: Container, segment: string, value: unknown): void {
  if (!Array.isArray(container)) {
    container[segment] = value;
    return;
  }
  const index = Number(segment);
  if (!/^\d+$/.test(segment) || index > container.length)
    throw new PathProblem(`the list has ${container.length} items, ${segment} is no place in it`);
  container[index] = value;
}
