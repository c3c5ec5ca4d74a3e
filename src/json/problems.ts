/**
 * Finds the problems of a value at a bounded cost. A validator that collects all problems creates an object for each, and a
 * hostile text can have one for each of its values.
 */
import type { ErrorObject, ValidateFunction } from "ajv";
import { readMember } from "./member.ts";
import { unescapeStep } from "./pointer.ts";

/** Maximum number of values that are searched for all their problems. */
const MAX_SEARCHED = 2_000;

/** One schema, compiled twice: `first` stops at the first problem, `all` collects every problem. */
export interface Checks<T = unknown> {
  readonly first: ValidateFunction<T>;
  readonly all: ValidateFunction<T>;
}

/**
 * Returns the problems in the upper levels of the value, or the first problem if these have none. Empty if the value is
 * valid.
 */
export function listProblems(
  { first, all }: Checks,
  value: unknown,
  cut: ReadonlySet<unknown> = new Set(),
): readonly ErrorObject[] {
  if (first(value)) return [];
  const firstErrors = first.errors ?? [];
  const part = upperPart(value, cut);
  const found = all(part.value) ? [] : (all.errors ?? []);
  const certain = found.filter(({ instancePath }) => !part.cut.has(at(part.value, instancePath)));
  if (certain.length > 0 || cut.size > 0) return certain;
  return firstErrors;
}

interface UpperPart {
  readonly value: unknown;
  readonly cut: ReadonlySet<unknown>;
}

/** Copies the value down to {@link MAX_SEARCHED} values, breadth first. */
function upperPart(value: unknown, cut: ReadonlySet<unknown>): UpperPart {
  if (typeof value !== "object" || value === null) return { value, cut };
  const copyCut = new Set<unknown>();
  const root = emptyLike(value);
  const queue: [from: object, to: Container][] = [[value, root]];
  let left = MAX_SEARCHED;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [from, to] = next;
    if (cut.has(from)) copyCut.add(to);
    for (const key in from) {
      if (left === 0) {
        copyCut.add(to);
        break;
      }
      left -= 1;
      const child = (from as Readonly<Record<string, unknown>>)[key];
      if (typeof child !== "object" || child === null) {
        to[key] = child;
        continue;
      }
      const copy = emptyLike(child);
      to[key] = copy;
      queue.push([child, copy]);
    }
  }
  return { value: root, cut: copyCut };
}

type Container = Record<string, unknown>;

const emptyLike = (value: object): Container => (Array.isArray(value) ? ([] as unknown as Container) : {});

function at(value: unknown, pointer: string): unknown {
  return pointer.split("/").slice(1).map(unescapeStep).reduce(readMember, value);
}
