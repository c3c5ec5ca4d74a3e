/** Filters are parsed on a thread of their own: with the compiled program, as a host runs it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readFilterText } from "../../src/host/model/filter-text.ts";
import { createFilterThread } from "../../src/host/filters/thread.ts";

const HOST = new URL("../../dist/host/", import.meta.url);
const TEXTS = [
  "project = PIER and (status != Open or labels in (a, EMPTY)) and not assignee is EMPTY",
  "issue.property[a].b = 1",
  "created > -1w order by key",
  "project =",
  `${"(".repeat(21)}project = A${")".repeat(21)}`,
  "x".repeat(1_001),
];

/** What a new process prints that has loaded the filters of a host. */
async function run(work: string): Promise<string> {
  const program = `import { createRequire } from "node:module";
    import { parseFiltersAhead } from ${JSON.stringify(new URL("filters/ahead.js", HOST).href)};
    import { parseFilter } from ${JSON.stringify(new URL("model/filter.js", HOST).href)};
    const isParserHere = () => Object.keys(createRequire(${JSON.stringify(HOST.href)}).cache).some((file) => file.includes("jql-ast"));
    ${work}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return stdout.trim();
}

describe("the thread", () => {
  test("reads what is read without it, in the order of the questions", async () => {
    const thread = createFilterThread(new URL("filters/worker.js", HOST));
    expect(await Promise.all(TEXTS.map(thread.read))).toEqual(TEXTS.map(readFilterText));
  });

  test("that cannot be started says so each time, and keeps nobody waiting", async () => {
    const thread = createFilterThread(new URL("data:text/javascript,throw new Error('no parser')"));
    for (let time = 0; time < 2; time += 1) {
      const asked = await Promise.allSettled([thread.read("a = b"), thread.read("c = d")]);
      expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    }
  });
});

test("a filter that was parsed ahead is there without the parser", async () => {
  const printed = await run(
    `await parseFiltersAhead(["project = PIER", "project ="]);
     const judged = parseFilter("project = PIER").judge({ issue: { key: "PIER-1" }, property: undefined });
     let refusal;
     try { parseFilter("project ="); } catch (error) { refusal = error.code; }
     console.log(judged.truth, refusal, isParserHere());`,
  );
  expect(printed).toBe("true DESCRIPTOR_FILTER false");
});

test("one that nobody parsed ahead is parsed on the spot", async () => {
  const printed = await run(
    `const judged = parseFilter("project = PIER").judge({ issue: { key: "PIER-1" }, property: undefined });
     console.log(judged.truth, isParserHere());`,
  );
  expect(printed).toBe("true true");
});

test("a request has no more parsed ahead than its share", async () => {
  const printed = await run(
    `const long = (mark) => \`summary ~ "\${mark.repeat(900)}"\`;
     await parseFiltersAhead(Array.from("abcdefghijklm", long));
     parseFilter(long("a"));
     const before = isParserHere();
     parseFilter(long("m"));
     console.log(before, isParserHere());`,
  );
  expect(printed).toBe("false true");
});
