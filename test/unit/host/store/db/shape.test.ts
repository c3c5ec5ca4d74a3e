import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createShape } from "../../../../../src/host/store/db/shape.ts";

setFlagsFromString("--allow-natives-syntax");
/** Of V8: whether the members stand beside each other, as opposed to a hash table. */
const isSmall = runInNewContext("(object) => %HasFastProperties(object)") as (object: object) => boolean;

const NAMES = Array.from({ length: 40 }, (_, index) => `member ${index}`);

test("objects with many members stay small while these are set by computed names", () => {
  const create = createShape(NAMES);
  const objects = Array.from({ length: 100 }, (_, number) => {
    const object = create();
    for (const [index, name] of NAMES.entries())
      object[name] = index % 3 === 0 ? undefined : index % 3 === 1 ? `text ${number}` : number * 1e12;
    return object;
  });
  expect(objects.every(isSmall)).toBe(true);

  const plain: Record<string, unknown> = {};
  for (const name of NAMES) plain[`other ${name}`] = undefined;
  expect(isSmall(plain)).toBe(false);
});

test("a new object has the members in their order, each null, and none of another object", () => {
  const create = createShape(["b", "a", "__proto__"]);
  create()["b"] = 1;
  expect(Object.entries(create())).toEqual([
    ["b", null],
    ["a", null],
    ["__proto__", null],
  ]);
  expect(Object.getPrototypeOf(create())).toBe(Object.prototype);
});
