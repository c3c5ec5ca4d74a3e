/** Compares versions by semver's order. Pure. */

/** Returns a negative number if `a` precedes `b`, 0 if they are equal. Build metadata is ignored. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  return (
    compareLists(left.numbers, right.numbers) ||
    // A version without a prerelease follows those with one.
    Number(left.prerelease.length === 0) - Number(right.prerelease.length === 0) ||
    compareLists(left.prerelease, right.prerelease)
  );
}

interface Parts {
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
}

function parseVersion(version: string): Parts {
  const [core = "", ...rest] = version.replace(/\+.*$/, "").split("-");
  const prerelease = rest.join("-");
  return { numbers: core.split("."), prerelease: prerelease === "" ? [] : prerelease.split(".") };
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers precede words. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
