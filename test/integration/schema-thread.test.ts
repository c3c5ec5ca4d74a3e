/** Bodies are held against schemas on a thread of their own: with the compiled program, as a host runs it. */
import { describe, expect, test } from "vitest";
import { defineProduct } from "../../src/catalogue/index.ts";
import type { EventType } from "../../src/catalogue/index.ts";
import { createBodyChecker } from "../../src/host/schemas/checker.ts";
import { createSchemaThread } from "../../src/host/schemas/thread.ts";
import type { Judged } from "../../src/host/schemas/judge.ts";

const program = new URL("../../dist/host/schemas/worker.js", import.meta.url);
/** The machine of the tests is busy: generous where a result is expected, short where none comes. */
const times = { checkMs: 2_000, compileMs: 3_000, perMebibyteMs: 0 };

const HARBOR = defineProduct({
  product: "harbor",
  name: "Harbor",
  description: "",
  schemas: { Crane: { type: "object", required: ["id"] }, Unused: { type: "object" } },
  events: {
    "crane.stopped": {
      group: "",
      description: "",
      schema: { properties: { crane: { $ref: "#/schemas/Crane" } }, required: ["crane"] },
      sample: { crane: { id: 4 } },
    },
    // Takes hours for the body below.
    "crane.named": {
      group: "",
      description: "",
      schema: { properties: { name: { type: "string", pattern: "^(a+)+$" } } },
      sample: { name: "a" },
    },
  },
});
const getType = (event: string): EventType => HARBOR.byName.get(event)!;
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const HOSTILE = json({ name: `${"a".repeat(50)}!` });

test("the thread responds to one body after another, with every problem", async () => {
  const thread = createSchemaThread({ program, times });
  const results: Judged[] = [];
  const type = getType("crane.stopped");
  const bodies = [{ crane: { id: 1 } }, { crane: 7 }, {}].map((body) => ({ type, body: json(body) }));
  const end = await thread.run(bodies, (_index, result) => results.push(result));
  expect(end).toBe("done");
  expect(results).toEqual([
    { kind: "fits" },
    { kind: "off", problems: [{ pointer: "/crane", detail: "must be object" }] },
    { kind: "off", problems: [{ pointer: "", detail: "must have required property 'crane'" }] },
  ]);
});

describe("a hostile schema", () => {
  test("is stopped, and bodies of other event types are checked after it", async () => {
    const check = createBodyChecker(createSchemaThread({ program, times }));
    const asked = [
      check(HARBOR, getType("crane.named"), HOSTILE),
      check(HARBOR, getType("crane.stopped"), json({})),
      check(HARBOR, getType("crane.named"), json({ name: "a" })),
    ];
    expect(await Promise.all(asked)).toEqual([
      { kind: "unchecked", reason: "late" },
      { kind: "off", problems: [{ pointer: "", detail: "must have required property 'crane'" }] },
      { kind: "unchecked", reason: "suspended" },
    ]);
  }, 20_000);

  test("leaves the host time for everything else", async () => {
    const check = createBodyChecker(createSchemaThread({ program, times }));
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 10);
    await check(HARBOR, getType("crane.named"), HOSTILE);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(50);
  }, 20_000);
});

test("a thread that cannot be started leaves bodies unchecked, each time", async () => {
  const broken = new URL("data:text/javascript,throw new Error('no checker')");
  const check = createBodyChecker(createSchemaThread({ program: broken }));
  for (let time = 0; time < 2; time += 1) {
    expect(await check(HARBOR, getType("crane.stopped"), json({}))).toEqual({
      kind: "unchecked",
      reason: "failed",
    });
  }
});
