import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { apiCommand, curlCommand } from "../../../../../src/host/web/pages/curl.ts";

const URL = "https://a.example/h?b='c'";

test("a request is a command that a shell takes as it is", () => {
  const command = curlCommand({
    url: URL,
    headers: [
      ["Host", "a.example"],
      ["Content-Length", "9"],
      ["connection", "close"],
      ["transfer-encoding", "chunked"],
      ["x-a", "it's"],
    ],
    body: Buffer.from('{"a":"$b\'s"}'),
  });

  expect(command.split(" \\\n  ")).toEqual([
    "curl -X POST 'https://a.example/h?b='\\''c'\\'''",
    "-H 'x-a: it'\\''s'",
    "--data-binary '{\"a\":\"$b'\\''s\"}'",
  ]);
});

test.each([
  [64 * 1024, /--data-binary 'x/],
  [64 * 1024 + 1, /--data-binary @body\.json$/],
])("a body of %i bytes is %s", (size, form) => {
  expect(curlCommand({ url: URL, headers: [], body: Buffer.alloc(size, "x") })).toMatch(form);
});

test("a body that is no longer kept is left out", () => {
  expect(curlCommand({ url: "https://a.example/", headers: [], body: undefined })).toBe(
    "curl -X POST 'https://a.example/'",
  );
});

test("the command sends the very same bytes, whatever stands in them", () => {
  const body = Buffer.from(`{"a":"it's $HOME \`x\` \\\\ \\n é"}`);
  const command = curlCommand({
    url: "http://example.com/a'b?c=$d",
    headers: [
      ["X-Odd", `a'b"c`],
      ["Content-Length", "9"],
    ],
    body,
  });
  // A shell takes the words apart; printf instead of curl shows them.
  const words = execFileSync("sh", ["-c", command.replace(/^curl/, "printf '%s\\0'")])
    .toString()
    .split("\0");
  expect(words).toEqual([
    "-X",
    "POST",
    "http://example.com/a'b?c=$d",
    "-H",
    `X-Odd: a'b"c`,
    "--data-binary",
    body.toString(),
    "",
  ]);
});

test("a request to the API has the token that the shell puts in", () => {
  const command = apiCommand({
    method: "PATCH",
    url: "http://h.example/api/v1/sites/a",
    body: `{"name":"it's"}`,
  });
  const words = execFileSync("sh", ["-c", command.replace(/^curl/, "printf '%s\\0'")], {
    env: { ...process.env, CALLBOARD_TOKEN: "cb_1" },
  });
  expect(words.toString().split("\0")).toEqual([
    ...["-X", "PATCH", "http://h.example/api/v1/sites/a", "-H", "Authorization: Bearer cb_1"],
    ...["-H", "Content-Type: application/json", "-d", `{"name":"it's"}`, ""],
  ]);
  expect(apiCommand({ method: "GET", url: "http://h.example/", body: undefined })).toMatch(/^curl 'http/);
});
