/** Responses that every common client reads, and those that none does. */
import { expect, test } from "vitest";
import { findHeadEnd, readCutHead, readHead, whyNotHttp } from "../../../src/egress/response-head.ts";

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

/** The repaired head as text. */
const repaired = (text: string): unknown => {
  const head = read(text);
  return head.kind === "repaired" ? head.bytes.toString("latin1") : head;
};

test.each([
  ["HTTP/1.1 100 Continue\r\n\r\n"],
  ["HTTP/1.1 102 Processing\r\n\r\n"],
  ["HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"],
])("%j is followed by the response", (text) => {
  expect(read(text)).toEqual({ kind: "interim" });
});

test.each([
  ["HTTP/1.1 200\nX-A: b\n\n", "HTTP/1.1 200 \r\nX-A: b\r\nConnection: close\r\n\r\n"],
  ["HTTP/1.1 200  very  fine\nA: b\n\n", "HTTP/1.1 200 very  fine\r\nA: b\r\nConnection: close\r\n\r\n"],
  ["HTTP/1.0 404 No\nA: b\n\n", "HTTP/1.0 404 No\r\nA: b\r\nConnection: close\r\n\r\n"],
  ["HTTP/2.0 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n"],
  ["HTTP/1.1 200 a\x01b\nA: b\n\n", "HTTP/1.1 200 a b\r\nA: b\r\nConnection: close\r\n\r\n"],
  ["HTTP/1.1 200 OK\nA: b\n\tc\n d\n\n", "HTTP/1.1 200 OK\r\nA: b c d\r\nConnection: close\r\n\r\n"],
  [
    "HTTP/1.1 200 OK\nKeep-Alive: 5\nconnection: keep-alive\nX-Connection: a\nConnection-X: b\n\n",
    "HTTP/1.1 200 OK\r\nX-Connection: a\r\nConnection-X: b\r\nConnection: close\r\n\r\n",
  ],
  ["HTTP/1.1 200 OK\nA:\n\n", "HTTP/1.1 200 OK\r\nA: \r\nConnection: close\r\n\r\n"],
])("%j is repaired", (text, expected) => {
  expect(repaired(text)).toBe(expected);
});

test.each([
  ["HTTP/11.1 200 OK\n\n", "its version is HTTP/11.1"],
  ["HTTP/1.11 200 OK\n\n", "its version is HTTP/1.11"],
  ["HTTP/21 200 OK\n\n", "its version is HTTP/21"],
  ["HTTP/2.1 200 OK\n\n", "its version is HTTP/2.1"],
  ["HTTP/12345678901234 200 OK\n\n", "its version is HTTP/1234567890"],
  ["HTTP/1.1 12345678901234 OK\n\n", "its status is 1234567890"],
  ["HTTP/1.1 200OK\n\n", "its first line is not a status line"],
  [" HTTP/1.1 200 OK\n\n", "its first line is not a status line"],
])("%j is refused: %s", (text, why) => {
  expect(read(text)).toEqual({ kind: "unreadable", detail: `The response is not valid HTTP: ${why}` });
});

test.each([
  ["content-length: 5", "clean"],
  ["Content-Length: 5  ", "clean"],
  ["Content-Length:5", "clean"],
  ["Content-Length: 5x", "repaired"],
  ["Content-Length: 5 5", "repaired"],
  ["Content-Length: 1234567890123456", "repaired"],
  ["Transfer-Encoding: CHUNKED ", "clean"],
  ["Transfer-Encoding: chunked x", "repaired"],
  ["Transfer-Encoding: xchunked", "repaired"],
  ["X-Content-Length: a", "clean"],
  ["A: b\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", "repaired"],
])("a head with %j is %s", (line, kind) => {
  expect(read(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`).kind).toBe(kind);
});

test.each([
  ["X\r\nHTTP/1.1 200 OK\r\n\r\n", "unreadable"],
  ["HTTP/1.1 200 OK\r\n\r\nX", "unreadable"],
  ["HTTP/1.1 199 OK\r\n\r\n", "interim"],
  ["HTTP/1.1 600 OK\r\n\r\n", "clean"],
])("%j as a whole is %s", (text, kind) => {
  expect(read(text).kind).toBe(kind);
});

test("a length is what all its values say, at their smallest, or nothing at all", () => {
  const framing = (value: string) => repaired(`HTTP/1.1 200 OK\nContent-Length: ${value}\n\n`);
  expect(framing("7,5, 6")).toContain("Content-Length: 5\r\n");
  expect(framing(",5,")).toContain("Content-Length: 5\r\n");
  expect(framing("5, x")).not.toContain("Content-Length");
  expect(framing("")).not.toContain("Content-Length");
});

test("a head that ends early is read as far as its lines are whole", () => {
  const cut = (text: string) => readCutHead(Buffer.from(text, "latin1"));
  expect(cut("HTTP/1.1 200 OK")).toBeUndefined();
  expect(cut("")).toBeUndefined();
  expect(cut("HTTP/1.1 200 OK\r\nA: b\r\nC: d")).toMatchObject({ kind: "repaired", headers: [["A", "b"]] });
  expect(cut("HTTP/1.1 503 No\n")).toMatchObject({ kind: "repaired", headers: [] });
  expect(cut("SSH-2.0\r\n")).toMatchObject({ kind: "unreadable" });
});

test("a head ends with an empty line, not with any two line ends near each other", () => {
  expect(findHeadEnd(Buffer.from("A\n\rB\n\n"), 0)).toBe(6);
  expect(findHeadEnd(Buffer.from("A\nB\nC\r\n\r\n"), 0)).toBe(9);
  expect(findHeadEnd(Buffer.from("A\n\n\n"), 2)).toBe(4);
});

test("a greeting that begins like HTTP and goes on otherwise is no response", () => {
  expect(whyNotHttp(Buffer.from("HTTPS"))).toContain('it begins with "HTTPS"');
  expect(whyNotHttp(Buffer.from("HTTP/"))).toBeUndefined();
  expect(whyNotHttp(Buffer.from("x".repeat(30)))).toContain(`it begins with "${"x".repeat(20)}"`);
});
