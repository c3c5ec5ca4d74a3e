/** What is no readable request gets a problem document all the same. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../../../support/host.ts";
import type { TestHost } from "../../../support/host.ts";
import { sendText } from "../../../support/socket-text.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

test.each([
  [
    "a header of 20 kB",
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    431,
    "HEADERS_TOO_LARGE",
  ],
  [
    "a URL of 20 kB",
    `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    431,
    "HEADERS_TOO_LARGE",
  ],
  [
    "a malformed header line",
    "GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
    400,
    "REQUEST_INVALID",
  ],
  ["something else than HTTP", "hello\r\n\r\n", 400, "REQUEST_INVALID"],
])("%s gets a problem document, and the connection ends", async (_what, text, status, code) => {
  const [head = "", body = ""] = (await sendText(host.url, text)).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toContain("content-type: application/problem+json");
  const problem = JSON.parse(body) as { readonly requestId: string };
  expect(problem).toMatchObject({ status, code, errors: [] });
  expect(head).toContain(`x-request-id: ${problem.requestId}`);
});

test.each([
  ["/api/v1/sites/jira/events/batch", "POST"],
  ["/api/v1/sites/jira/webhooks/execute", "POST"],
  ["/api/v1/directory/refresh", "POST"],
  ["/api/v1/sites/jira/addons/preview", "POST"],
  ["/api/v1/sites/jira", "GET, HEAD, PATCH, DELETE"],
  ["/healthz", "GET, HEAD"],
  ["/readyz/?verbose", "GET, HEAD"],
  ["/metrics", "GET, HEAD"],
])("the methods of %s are those of the path itself", async (path, methods) => {
  const { status, headers } = await host.call("OPTIONS", path);
  expect([status, headers.get("allow")]).toEqual([200, methods]);
  const { status: refused, body } = await host.call("PUT", path, {});
  expect([refused, body.code, body.allowed]).toEqual([405, "METHOD_NOT_ALLOWED", methods.split(", ")]);
});
