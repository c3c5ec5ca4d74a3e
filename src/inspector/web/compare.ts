/** What differs between two JSON bodies, path by path. Pure. */

export interface Difference {
  /** As one would write it in code: `issue.fields.labels[0]`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** The JSON of either side; undefined where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const MOST = 1_000;

/** At most a thousand differences, in the order of the first body. Items of arrays are compared by their place. */
export function compareJson(before: unknown, after: unknown): readonly Difference[] {
  const differences: Difference[] = [];
  const pending: (readonly [path: string, before: unknown, after: unknown])[] = [["", before, after]];
  for (let next = pending.shift(); next !== undefined && differences.length < MOST; next = pending.shift()) {
    const [path, left, right] = next;
    if (Object.is(left, right)) continue;
    if (!isBranch(left) || !isBranch(right) || Array.isArray(left) !== Array.isArray(right)) {
      differences.push(difference(path, left, right));
      continue;
    }
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    const isArray = Array.isArray(left);
    const members = [...names].map(
      (name) => [joined(path, name, isArray), own(left, name), own(right, name)] as const,
    );
    pending.unshift(...members);
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
  return { path, kind, before: jsonOf(left), after: jsonOf(right) };
}

/** undefined is what JSON has no word for: nothing is there. */
function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
