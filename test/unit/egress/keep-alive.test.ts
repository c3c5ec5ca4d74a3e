/** For how long a connection can be used again. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readKeepMs } from "../../../src/egress/keep-alive.ts";
import { readHead, splitHead } from "../../../src/egress/response-head.ts";

const read = (...lines: string[]) => readKeepMs(splitHead([...lines, "", ""].join("\r\n")));

test.each([
  [["HTTP/1.1 200 OK"], Infinity],
  [["HTTP/1.1 200 OK", "Connection: Close"], 0],
  [["HTTP/1.1 200 OK", "connection: upgrade, close"], 0],
  [["HTTP/1.1 200 OK", "X-Connection: close"], Infinity],
  [["HTTP/1.0 200 OK"], 0],
  [["HTTP/1.0 200 OK", "Connection: Keep-Alive"], Infinity],
  [["HTTP/1.1 200 OK", "Keep-Alive: timeout=5"], 3_000],
  [["HTTP/1.1 200 OK", "Keep-Alive: max=100, Timeout=5"], 3_000],
  [["HTTP/1.1 200 OK", "Keep-Alive: timeout=2"], 0],
  [["HTTP/1.1 200 OK", "Keep-Alive: timeout=soon"], Infinity],
  [["HTTP/1.1 200 OK", "Keep-Alive: timeout=60", "Connection: close"], 0],
])("%j: %s ms", (lines, keepMs) => {
  expect(read(...lines)).toBe(keepMs);
});

test("a checked head is split into status, version and headers", () => {
  expect(splitHead("HTTP/1.0 503\r\nA:b\r\nC: \t d: e \r\nF:\r\n\r\n")).toEqual({
    status: 503,
    isHttp10: true,
    headers: [
      ["A", "b"],
      ["C", "d: e"],
      ["F", ""],
    ],
  });
  expect(splitHead("HTTP/1.1 200 OK\r\n\r\n")).toEqual({ status: 200, isHttp10: false, headers: [] });
});

test("whatever head passes the check, splitting it finds its status and every line", () => {
  const name = fc.stringMatching(/^[\w-]{1,12}$/);
  const value = fc.stringMatching(/^[\t\x20-\x7e]{0,20}$/);
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 999 }), fc.array(fc.tuple(name, value)), (status, headers) => {
      const text = [`HTTP/1.1 ${status}`, ...headers.map(([n, v]) => `${n}:${v}`), "", ""].join("\r\n");
      const read = readHead(Buffer.from(text, "latin1"));
      fc.pre(read.kind === "clean");
      const head = splitHead(text);
      expect(head.status).toBe(status);
      expect(head.headers).toEqual(headers.map(([n, v]) => [n, v.trim()]));
      expect(readKeepMs(head)).toBeGreaterThanOrEqual(0);
    }),
  );
});
