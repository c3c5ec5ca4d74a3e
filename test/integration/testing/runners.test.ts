/** The examples of docs/testing.md in the test runners that they are for, as they are. Jest is tried in test/clients. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTestingExamples } from "../../support/testing-examples.ts";
import type { TestingExamples } from "../../support/testing-examples.ts";

const run = promisify(execFile);
const ENV = { PATH: process.env["PATH"] };

let examples: TestingExamples;
beforeAll(() => {
  examples = writeTestingExamples();
});
afterAll(() => examples.remove());

/** Resolves to everything that was printed, also when the command fails. */
async function runIn(...args: readonly string[]): Promise<string> {
  const printed = await run(process.execPath, args, { cwd: examples.folder, env: ENV }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  return printed.stdout + printed.stderr;
}

test("each runner has an example", () => {
  expect(Object.keys(examples.files).toSorted()).toEqual(["jest", "node", "none", "vitest"]);
});

test("the example for Vitest passes", async () => {
  const printed = await runIn(
    "node_modules/vitest/vitest.mjs",
    "run",
    "--no-color",
    ...examples.files["vitest"]!,
  );
  expect(printed).toMatch(/Tests +2 passed \(2\)/);
}, 60_000);

test("the example for node:test passes", async () => {
  expect(await runIn("--test", ...examples.files["node"]!)).toMatch(/# pass 1\n# fail 0/);
}, 60_000);

test("CommonJS on Node has everything that ES modules have", async () => {
  writeFileSync(
    join(examples.folder, "all.cjs"),
    `const testing = require("callboard/testing");
     import("callboard/testing").then(async (esm) => {
       const same = Object.keys(esm).filter((name) => esm[name] === testing[name]);
       const host = await testing.createTestHost();
       await host.close();
       console.log(same.toSorted().join());
     });`,
  );
  expect(await runIn("all.cjs")).toBe("CallboardError,NotDeliveredError,createTestHost\n");
});

test("its types hold in a strict project", async () => {
  const root = join(import.meta.dirname, "../../..");
  writeFileSync(
    join(examples.folder, "typed.mts"),
    `import { CallboardError, NotDeliveredError, createTestHost } from "callboard/testing";
     import type { Answer, TestDelivery, TestHost } from "callboard/testing";
     await using host: TestHost<"jira"> = await createTestHost();
     const answers: readonly Answer[] = [503, "drop", { status: 200, body: { ok: true }, delayMs: 5 }];
     host.answerWith(...answers);
     const published = await host.fire("jira:issue_created", { "issue.key": "DEMO-7" }, { user: "mia" });
     const id: string = published.deliveries[0]?.id ?? "";
     const [first]: readonly TestDelivery[] = await host.delivered({ event: "jira:issue_created", within: "1s" });
     const status: number | undefined = first?.attempts[0]?.response?.status;
     const wiki = await createTestHost({ product: "confluence", retrySchedule: ["1s"], now: new Date(0) });
     await wiki.fire("page_created");
     const shop = await createTestHost({ product: { product: "shop", name: "Shop", events: {} } });
     await shop.fire("order.paid");
     export const isExpected = (error: unknown): boolean =>
       (error instanceof NotDeliveredError && error.deliveries.length > 0) ||
       (error instanceof CallboardError && error.code === "ARGUMENT_INVALID");
     export const seen = { id, status };
     // @ts-expect-error There is no such product.
     await createTestHost({ product: "trello" });
     // @ts-expect-error The test host has a database of its own.
     await createTestHost({ settings: { databaseUrl: "sqlite:file" } });
     // @ts-expect-error An answer is no text but "drop".
     host.answerWith("503");`,
  );
  const options = [
    "--strict",
    "--noEmit",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--lib",
    "es2023,esnext.disposable",
  ];
  const typeRoots = [
    "--typeRoots",
    join(root, "node_modules/@types"),
    "--types",
    "node",
    "--exactOptionalPropertyTypes",
  ];
  expect(
    await runIn(join(root, "node_modules/typescript/bin/tsc"), ...options, ...typeRoots, "typed.mts"),
  ).toBe("");
}, 120_000);
