/** Which ids and traces of a caller are taken over. */
import { describe, expect, test } from "vitest";
import { formatTraceParent, readTraceParent, findRequestId } from "../../../../src/host/model/correlation.ts";

describe("request ID", () => {
  test.each(["a", "7f3c-1", "req_01H", "Root=1-67891233-abcdef012345678912345678", "a".repeat(128)])(
    "%s is kept",
    (id) => {
      expect(findRequestId(id)).toBe(id);
    },
  );
  test.each([
    undefined,
    "",
    " a",
    "a b",
    "a, b",
    'a"b',
    "a<b>",
    "a\nb",
    "é",
    "-a",
    "a".repeat(129),
    ["a", "b"],
  ])("%j is not a request ID", (id) => {
    expect(findRequestId(id)).toBeUndefined();
  });
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("traceparent", () => {
  test("a traceparent is parsed and formatted", () => {
    const parent = readTraceParent(`00-${TRACE}-${SPAN}-01`);
    expect(parent).toEqual({ traceId: TRACE, spanId: SPAN, flags: 1 });
    expect(formatTraceParent(parent!)).toBe(`00-${TRACE}-${SPAN}-01`);
  });
  test("surrounding spaces and leading zeros are accepted", () => {
    const [trace, span] = [`0${TRACE.slice(2)}0`, `0${SPAN.slice(2)}0`];

    expect(readTraceParent(` 00-${trace}-${span}-ff `)).toEqual({ traceId: trace, spanId: span, flags: 255 });
    expect(readTraceParent([`00-${trace}-${span}-01`])).toBeUndefined();
  });
  test("512 characters are accepted", () => {
    const start = `cc-${TRACE}-${SPAN}-01-`;

    expect(readTraceParent(start.padEnd(512, "x"))).toBeDefined();
    expect(readTraceParent(start.padEnd(513, "x"))).toBeUndefined();
  });
  test("a later version can have further parts", () => {
    expect(readTraceParent(`cc-${TRACE}-${SPAN}-01-what-ever`)).toMatchObject({ traceId: TRACE });
    expect(readTraceParent(`cc-${TRACE}-${SPAN}-01.what`)).toBeUndefined();
  });
  test.each([
    undefined,
    "",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0g`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-${"x".repeat(600)}`,
  ])("%j is not a traceparent", (header) => {
    expect(readTraceParent(header)).toBeUndefined();
  });
});
