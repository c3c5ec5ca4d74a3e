/** What differs between two JSON bodies, path by path. Pure. */

export interface Difference {
  /** As one would write it in code: `issue.fields.labels[0]`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** The JSON of either side, a long one cut; undefined where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export const MAX_DIFFERENCES = 1_000;

/** So much (in characters) of a side is shown. */
const MAX_LENGTH = 4_000;

/** At most a thousand differences, in the order of the first body. Items of arrays are compared by their place. */
export function compareJson(before: unknown, after: unknown): readonly Difference[] {
  const differences: Difference[] = [];
  // The next one is the last: taking from the front of a long list would move all the others.
  const pending: (readonly [path: string, before: unknown, after: unknown])[] = [["", before, after]];
  for (
    let next = pending.pop();
    next !== undefined && differences.length < MAX_DIFFERENCES;
    next = pending.pop()
  ) {
    const [path, left, right] = next;
    if (Object.is(left, right)) continue;
    if (!isBranch(left) || !isBranch(right) || Array.isArray(left) !== Array.isArray(right)) {
      differences.push(difference(path, left, right));
      continue;
    }
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    const isArray = Array.isArray(left);
    for (const name of [...names].reverse()) {
      pending.push([joined(path, name, isArray), own(left, name), own(right, name)]);
    }
  }
  return differences;
}

type Branch = Readonly<Record<string, unknown>>;

function isBranch(value: unknown): value is Branch {
  return typeof value === "object" && value !== null;
}

function own(branch: Branch, name: string): unknown {
  return Object.hasOwn(branch, name) ? branch[name] : undefined;
}

function joined(path: string, name: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${name}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function difference(path: string, left: unknown, right: unknown): Difference {
  const kind = left === undefined ? "added" : right === undefined ? "removed" : "changed";
  return { path, kind, before: formatJson(left), after: formatJson(right) };
}

/** undefined is what JSON has no word for: nothing is there. */
function formatJson(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = written(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (cut)` : text;
}

/** JSON.parse reads deeper nesting than JSON.stringify writes. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return "(nested too deep to be shown)";
    throw error;
  }
}
