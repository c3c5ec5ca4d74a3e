/** Responses that every common client reads, and those that none does. */
import { expect, test } from "vitest";
import { findHeadEnd, readHead, whyNotHttp } from "../../../src/egress/response-head.ts";

const read = (text: string) => readHead(Buffer.from(text, "latin1"));

test.each([
  "HTTP/1.1 200 OK\r\n\r\n",
  "HTTP/1.1 204\r\nDate: x\r\n\r\n",
  "HTTP/1.0 503 Service Unavailable\r\nContent-Length: 3\r\nX-A:\r\nX-B: \xe9\t\r\n\r\n",
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
])("%j is unchanged", (text) => {
  expect(read(text)).toEqual({ kind: "clean" });
});

test.each([
  [["Content-Length: 9", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"]],
  [["Content-Length: 9", "content-length: 9"], ["Content-Length: 9"]],
  [["Content-Length: 9, 09"], ["Content-Length: 9"]],
  [["Content-Length: 9", "Content-Length: 4"], ["Content-Length: 4"]],
  [["Content-Length: nine"], []],
  [["Transfer-Encoding: identity", "Content-Length: 9"], ["Content-Length: 9"]],
  [["Transfer-Encoding: identity"], []],
  [["Transfer-Encoding: identity, Chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: chunked, chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: gzip", "Content-Length: 9"], []],
])("the framing of %j is %j", (lines, framing) => {
  const head = read(["HTTP/1.1 200 OK", "X-A: b", ...lines, "", ""].join("\r\n"));
  const expected = ["HTTP/1.1 200 OK", "X-A: b", ...framing, "Connection: close", "", ""].join("\r\n");
  expect(head).toMatchObject({ kind: "repaired" });
  if (head.kind !== "repaired") return;
  expect(head.bytes.toString("latin1")).toBe(expected);
  expect(head.headers.map(([name, value]) => `${name}: ${value}`)).toEqual(["X-A: b", ...lines]);
});

test.each([
  ["HTTP/1.1 200 OK\nX-A: b\n\n", "X-A: b"],
  ["HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\n\r\n", "X-A: b c"],
  ["HTTP/1.1 200 OK\r\nX-A: b\x01c\r\n\r\n", "X-A: b c"],
  ["HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n", "X-A: b"],
  ["HTTP/1.2 200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["HTTP/2 200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["HTTP/1.1 200 OK\r\nX A: c\r\n: d\r\nX-\xfc: e\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["http/1.1  200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
])("%j can be parsed", (text, line) => {
  const head = read(text);
  expect(head.kind === "repaired" ? head.bytes.toString("latin1") : head).toBe(
    `HTTP/1.1 200 OK\r\n${line}\r\nConnection: close\r\n\r\n`,
  );
});

test.each([
  ["HTTP/1.1 000 Zero\r\n\r\n", "its status is 000"],
  ["HTTP/1.1 99 Low\r\n\r\n", "its status is 99"],
  ["HTTP/1.1 2000 High\r\n\r\n", "its status is 2000"],
  ["HTTP/3 200 OK\r\n\r\n", "its version is HTTP/3"],
  ["HTTP/0.9 200 OK\r\n\r\n", "its version is HTTP/0.9"],
  ["HTTP/1.1 OK\r\n\r\n", "its first line is not a status line"],
  ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header line has no colon"],
  ["HTTP/1.1 101 Switching Protocols\r\n\r\n", "it switches to another protocol, which was not asked for"],
])("%j is not valid HTTP", (text, why) => {
  expect(read(text)).toEqual({ kind: "unreadable", detail: `The response is not valid HTTP: ${why}` });
});

test("bytes that can't begin a response are reported as printable ASCII", () => {
  expect(whyNotHttp(Buffer.from("H"))).toBeUndefined();
  expect(whyNotHttp(Buffer.from("http/1.1"))).toBeUndefined();
  expect(whyNotHttp(Buffer.from("SSH-2.0\r\n"))).toBe(
    'The response is not valid HTTP: it begins with "SSH-2.0??"',
  );
});

test("the end of a head is found for every cut", () => {
  for (const [text, end] of [
    ["HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n", 25],
    ["HTTP/1.1 200 OK\nA: b\n\nbody", 22],
    ["HTTP/1.1 200 OK\r\nA: b\r\n", -1],
  ] as const) {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const whole = Buffer.from(text);
      const early = findHeadEnd(whole.subarray(0, cut), 0);
      expect(early === -1 ? findHeadEnd(whole, Math.max(0, cut - 3)) : early).toBe(end);
    }
  }
});
