import { describe, expect, test } from "vitest";
import { createCounter, createProgress } from "../../../src/cli/progress.ts";

function terminal(isTerminal = true) {
  const lines: string[] = [];
  return { isTerminal, lines, note: (text: string) => void lines.push(text) };
}

describe("progress", () => {
  test("has a line at each tenth, the first one at 0%", () => {
    const io = terminal();
    const tell = createProgress(io, {}, "Copying");
    for (const share of [0, 0.04, 0.1, 0.19, 0.55, 0.5, 1, 1]) tell(share);
    expect(io.lines).toEqual(["Copying: 0%\n", "Copying: 10%\n", "Copying: 50%\n", "Copying: 100%\n"]);
  });

  test("has a detail, which is made for shown lines alone", () => {
    const io = terminal();
    const tell = createProgress(io, {}, "Moving");
    let described = 0;
    const describeRate = () => `${(described += 1) * 100} rows/s`;
    for (const share of [0.1, 0.11, 0.2]) tell(share, describeRate);
    expect(io.lines).toEqual(["Moving: 10%, 100 rows/s\n", "Moving: 20%, 200 rows/s\n"]);
  });

  test("is silent without a terminal, and with --json", () => {
    const [elsewhere, forPrograms] = [terminal(false), terminal()];
    createProgress(elsewhere, {}, "Copying")(1);
    createProgress(forPrograms, { json: true }, "Copying")(1);
    createCounter(elsewhere, {}, { what: "Looking", unit: "rows" })(5_000);
    createCounter(forPrograms, { json: true }, { what: "Looking", unit: "rows" })(5_000);
    expect([...elsewhere.lines, ...forPrograms.lines]).toEqual([]);
  });
});

test("a count has a line at 1, 2 and 5 of each power of ten from 1,000 on, with the number that it has then", () => {
  const io = terminal();
  const tell = createCounter(io, {}, { what: "Looking", unit: "rows" });
  for (let done = 0; done <= 60_000; done += 300) tell(done);
  expect(io.lines).toEqual([
    "Looking: 1,200 rows\n",
    "Looking: 2,100 rows\n",
    "Looking: 5,100 rows\n",
    "Looking: 10,200 rows\n",
    "Looking: 20,100 rows\n",
    "Looking: 50,100 rows\n",
  ]);
  tell(3_000_000);
  expect(io.lines.slice(6)).toEqual(["Looking: 3,000,000 rows\n"]);
});
