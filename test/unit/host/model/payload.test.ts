import { describe, expect, test } from "vitest";
import { keepReading, readAhead, readBodyValue } from "../../../../src/host/model/payload.ts";

const noTurn = () => Promise.resolve();
/** Too many values to be parsed as a whole. */
const largeBody = () =>
  Buffer.from(JSON.stringify({ issue: { key: "PIER-17" }, list: Array(60_000).fill(1) }));

describe("value of a body", () => {
  test("the value is that of its JSON", () => {
    expect(readBodyValue(Buffer.from('{"a":[1]}'))).toMatchObject({ value: { a: [1] }, isWhole: true });
  });

  test("an empty body is an empty object", () => {
    expect(readBodyValue(Buffer.alloc(0))).toMatchObject({ value: {}, isWhole: true });
  });

  test("a large body is read once, in its upper levels", () => {
    const body = largeBody();
    const reading = readBodyValue(body);
    expect(reading).toMatchObject({ value: { issue: { key: "PIER-17" } }, isWhole: false });
    expect(readBodyValue(body)).toBe(reading);
  });

  test("a small body is not kept in memory", () => {
    const body = Buffer.from('{"a":1}');
    expect(readBodyValue(body)).not.toBe(readBodyValue(body));
  });
});

describe("reading ahead", () => {
  test("reading ahead yields to the event loop, and its result is reused", async () => {
    const body = largeBody();
    let turns = 0;
    await readAhead(body, () => {
      turns += 1;
      return Promise.resolve();
    });
    expect(turns).toBeGreaterThan(0);
    expect(readBodyValue(body)).toBe(readBodyValue(body));
    expect(readBodyValue(body)).toMatchObject({ value: { issue: { key: "PIER-17" } } });
  });

  test("a small body is read ahead too, and not again", async () => {
    const body = Buffer.from('{"a":1}');
    await readAhead(body, noTurn);
    expect(readBodyValue(body)).toBe(readBodyValue(body));
  });

  test("an earlier reading is kept", async () => {
    const body = largeBody();
    const reading = readBodyValue(body);
    await readAhead(body, () => Promise.reject(new Error("no turn is needed")));
    expect(readBodyValue(body)).toBe(reading);
  });
});

test("a reading from elsewhere is kept", () => {
  const body = Buffer.from('{"a":1}');
  const reading = readBodyValue(Buffer.from('{"b":2}'));
  keepReading(body, reading);
  expect(readBodyValue(body)).toBe(reading);
});
