/** Product documents are read on a thread of their own: with the compiled program, as a host runs it. */
import { describe, expect, test } from "vitest";
import { createProductThread } from "../../src/host/products/thread.ts";
import { runTask } from "../../src/host/products/task.ts";
import { harbor, withValue } from "../support/product-document.ts";

const PROGRAM = new URL("../../dist/host/products/worker.js", import.meta.url);
const read = (value: unknown) => ({ text: JSON.stringify(value) });
/** Takes hours to check. */
const HOSTILE = {
  ...harbor(),
  events: {
    "crane.named": {
      description: "A crane has got a name.",
      schema: { properties: { name: { type: "string", pattern: "^(a+)+$" } } },
      sample: { name: `${"a".repeat(50)}!` },
    },
  },
};
const DEADLINE_MS = 2_000;

describe("the thread", () => {
  test("responds as without it, to one task after another", async () => {
    const thread = createProductThread(PROGRAM);
    const off = withValue(harbor(), ["events", "crane.halted", "sample", "crane"], 4);
    const tasks = [read(harbor()), read(off), { ...read(harbor()), key: "quay" }];
    expect(await Promise.all(tasks.map((task) => thread.run(task, DEADLINE_MS)))).toEqual(
      tasks.map((task) => runTask(task, () => undefined)),
    );
  });

  test("is stopped at a schema that takes too long, and others are read after it", async () => {
    const thread = createProductThread(PROGRAM);
    const [late, next] = await Promise.all([
      thread.run(read(HOSTILE), DEADLINE_MS),
      thread.run(read(harbor()), DEADLINE_MS),
    ]);
    expect(late).toEqual({
      kind: "stopped",
      reason: "schema-late",
      pointer: "/events/crane.named/schema",
    });
    expect(next.kind).toBe("document");
  });

  test("leaves the host time for everything else", async () => {
    const thread = createProductThread(PROGRAM);
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 10);
    await thread.run(read(HOSTILE), DEADLINE_MS);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(50);
  });

  test("that cannot be started says so each time, and keeps nobody waiting", async () => {
    const thread = createProductThread(new URL("data:text/javascript,throw new Error('no reader')"));
    for (let time = 0; time < 2; time += 1) {
      await expect(thread.run(read(harbor()), DEADLINE_MS)).rejects.toThrow("no reader");
    }
  });
});
