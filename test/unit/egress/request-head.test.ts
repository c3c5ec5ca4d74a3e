/** The head of a POST, and headers that must not be in it. */
import { expect, test } from "vitest";
import { formatRequestHead } from "../../../src/egress/request-head.ts";

const format = (...headers: string[]) =>
  formatRequestHead({ path: "/a?b=c", host: "example.com:8080", headers, bodyBytes: 7 });

test("the head has the connection's headers around those of the request", () => {
  expect(format("X-A", "b", "x-empty", "", "x-latin", "caf\xe9\ttab")).toBe(
    "POST /a?b=c HTTP/1.1\r\nhost: example.com:8080\r\nconnection: keep-alive\r\n" +
      "X-A: b\r\nx-empty: \r\nx-latin: caf\xe9\ttab\r\ncontent-length: 7\r\n\r\n",
  );
});

test.each(["a\r\nX-Injected: b", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\x1fb", "snowman \u2603"])(
  "the value %j is refused",
  (value) => {
    expect(format("x-a", "fine", "x-b", value)).toBeUndefined();
  },
);

test.each(["", "x a", "x:a", "x\r\na", "x\0a", "\xe9", "x\u2603"])("the name %j is refused", (name) => {
  expect(format(name, "a")).toBeUndefined();
});

test.each(["Host", "connection", "Content-Length", "transfer-encoding", "keep-alive", "Upgrade", "expect"])(
  "%s is the connection's own, and refused each time",
  (name) => {
    expect(format(name, "a")).toBeUndefined();
    expect(format(name, "a")).toBeUndefined();
  },
);
