/** What holds for every request, over a real server. */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../../../../src/logger.ts";
import { startTestHost } from "../../../support/host.ts";
import type { TestHost } from "../../../support/host.ts";
import { sendText } from "../../../support/socket-text.ts";

let host: TestHost;
const lines: string[] = [];
beforeAll(async () => {
  host = await startTestHost(
    {},
    createLogger("info", (line) => void lines.push(line)),
  );
});
afterAll(() => host.stop());

/** A request with a Host header of one's own, which fetch would not send. */
function getAs(
  hostHeader: string,
  path: string,
  further: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  const { port } = new URL(host.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: "127.0.0.1", port, path, headers: { ...further, host: hostHeader } },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    sent.on("error", reject).end();
  });
}

describe("Host header", () => {
  test.each(["localhost", "localhost:1", "127.0.0.1:2990", "[::1]:80", "LOCALHOST", "localhost.", "[0::1]"])(
    "%s is ours",
    async (name) => {
      expect((await getAs(name, "/api/openapi.json")).status).toBe(200);
    },
  );
  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "10.0.0.1",
  ])("%j is refused", async (name) => {
    const { status, body } = await getAs(name, "/api/openapi.json");
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([421, "FORBIDDEN_HOST"]);
  });

  test.each(["/healthz", "/readyz"])("%s responds on any, as machines send it", async (path) => {
    for (const name of ["10.1.2.3:2990", "probe.internal", "[2001:db8::9]:80"]) {
      expect((await getAs(name, path)).status).toBe(200);
    }
  });

  test("/metrics responds on any to a request with a token, and to no other", async () => {
    const authorization = `Bearer ${host.token}`;
    expect((await getAs("10.1.2.3:2990", "/metrics", { authorization })).status).toBe(200);
    expect((await getAs("10.1.2.3:2990", "/metrics", { authorization: "Bearer cb_wrong" })).status).toBe(401);
    expect((await getAs("evil.example", "/metrics")).status).toBe(401);
    expect((await getAs("localhost", "/metrics")).status).toBe(200);
  });

  test("a request with two of them is refused", async () => {
    const answered = await sendText(
      host.url,
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nhOsT: localhost\r\nConnection: close\r\n\r\n",
    );
    expect(answered).toMatch(/^HTTP\/1\.1 400 /);
    expect(answered).toContain('"code":"HOST_HEADER"');
  });
});

describe("answers", () => {
  test("every answer has a request id and keeps browsers from doing anything with it", async () => {
    const { headers, body } = await host.call("GET", "/api/v1/nothing");
    expect(headers.get("x-request-id")).toBe(body.requestId);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("strict-transport-security")).toBeNull();
  });

  test("health and readiness need no token", async () => {
    const anonymous = { authorization: "" };
    expect((await host.call("GET", "/healthz", undefined, anonymous)).body).toEqual({ status: "ok" });
    const ready = await host.call("GET", "/readyz", undefined, anonymous);
    const checks = { server: "ok", database: "ok", writing: "ok", disk: "ok", queue: "ok" };
    expect(ready.body).toEqual({ status: "ready", checks });
    expect((await host.call("GET", "/metrics", undefined, anonymous)).text).toContain(
      'callboard_deliveries_waiting{site="jira",lane="primary"} 0',
    );
  });

  test("a method that a path does not support is answered with those that it does", async () => {
    const reply = await host.call("PUT", "/api/v1/sites/jira", {});
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, HEAD, PATCH, DELETE"]);
    const ingest = await host.call("GET", "/jira/ingest/cb_token");
    expect([ingest.status, ingest.headers.get("allow"), ingest.body.code]).toEqual([
      405,
      "POST",
      "METHOD_NOT_ALLOWED",
    ]);
  });

  test("a pointer to a field of an odd name can be read back", async () => {
    const body = '{"event":"x","a/b~c":1}';
    const reply = await host.call("POST", "/api/v1/sites/jira/events", body);
    expect(reply.body.errors).toMatchObject([{ pointer: "/a~1b~0c" }]);
  });

  const problems: readonly (readonly [
    string,
    string,
    string,
    unknown,
    Record<string, string>,
    number,
    string,
  ])[] = [
    ["a path that is not there", "GET", "/api/v1/nothing", undefined, {}, 404, "NOT_FOUND"],
    ["a method that is not", "PUT", "/api/v1/sites/jira", {}, {}, 405, "METHOD_NOT_ALLOWED"],
    ["a path that does not decode", "GET", "/api/v1/sites/%zz", undefined, {}, 400, "PATH_INVALID"],
    ["an unknown site", "GET", "/api/v1/sites/nowhere", undefined, {}, 404, "SITE_NOT_FOUND"],
    ["an unknown parameter", "GET", "/api/v1/deliveries?sate=failed", undefined, {}, 400, "QUERY_INVALID"],
    ["a parameter twice", "GET", "/api/v1/deliveries?q=a&q=b", undefined, {}, 400, "QUERY_INVALID"],
    ["a limit of none", "GET", "/api/v1/deliveries?limit=0", undefined, {}, 400, "QUERY_INVALID"],
    ["a time that is none", "GET", "/api/v1/deliveries?since=soon", undefined, {}, 400, "QUERY_INVALID"],
    ["a state that is none", "GET", "/api/v1/deliveries?state=lost", undefined, {}, 400, "QUERY_INVALID"],
    [
      "a token in the query",
      "GET",
      "/api/v1/sites?token=x",
      undefined,
      { authorization: "" },
      401,
      "AUTH_MISSING",
    ],
    ["no content type", "POST", "/api/v1/tokens", "{}", { "content-type": "" }, 415, "CONTENT_TYPE"],
    [
      "a form",
      "POST",
      "/api/v1/tokens",
      "a=1",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "CONTENT_TYPE",
    ],
    [
      "another charset",
      "POST",
      "/api/v1/tokens",
      "{}",
      { "content-type": "application/json; charset=latin1" },
      415,
      "CHARSET",
    ],
    [
      "a compressed body",
      "POST",
      "/api/v1/tokens",
      "{}",
      { "content-encoding": "gzip" },
      415,
      "CONTENT_ENCODING",
    ],
    ["not JSON", "POST", "/api/v1/tokens", "{", {}, 400, "BODY_NOT_JSON"],
    ["an empty body", "POST", "/api/v1/tokens", "", {}, 400, "BODY_NOT_JSON"],
    ["a number", "POST", "/api/v1/tokens", "42", {}, 400, "BODY_NOT_JSON"],
    ["not UTF-8", "POST", "/api/v1/tokens", Buffer.from([0x7b, 0xff, 0x7d]), {}, 400, "BODY_NOT_UTF8"],
    ["a key twice", "POST", "/api/v1/tokens", '{"a":1,"a":2}', {}, 400, "BODY_DUPLICATE_KEY"],
    ["a forbidden key", "POST", "/api/v1/tokens", '{"a":{"__proto__":1}}', {}, 422, "BODY_FORBIDDEN_KEY"],
    [
      "too deep",
      "POST",
      "/api/v1/tokens",
      `{"a":${"[".repeat(64)}${"]".repeat(64)}}`,
      {},
      422,
      "BODY_TOO_DEEP",
    ],
    ["too large", "POST", "/api/v1/tokens", `{"a":"${"x".repeat(1024 * 1024)}"}`, {}, 413, "BODY_TOO_LARGE"],
    ["other fields", "POST", "/api/v1/tokens", { nme: "x" }, {}, 422, "BODY_SCHEMA"],
  ];
  test.each(problems)("%s", async (_name, method, path, body, headers, status, code) => {
    const reply = await host.call(method, path, body, headers);
    expect([reply.status, reply.body?.code]).toEqual([status, code]);
    expect(reply.headers.get("content-type")).toContain("application/problem+json");
    expect(reply.text).not.toContain("node_modules");
  });

  test("every problem of a body is told at once, at its place", async () => {
    const { body } = await host.call("POST", "/api/v1/tokens", { scopes: ["root"], more: 1 });
    const pointers = body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers.toSorted()).toEqual(["/more", "/name", "/scopes/0"]);
  });

  test("two lengths of one body end the connection with 400", async () => {
    const answer = await sendText(
      host.url,
      "POST /api/v1/sites/jira/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("the token is in no line of our own output", () => {
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("")).not.toContain(host.token);
  });
});

describe("a refused request is in the server log, whatever machine sent it", () => {
  const lines: string[] = [];
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost(
      {},
      createLogger("info", (line) => void lines.push(line)),
    );
  });
  afterAll(() => host.stop());
  const newest = () => {
    const all = lines.filter((line) => line.includes('"event":"request.refused"'));
    return JSON.parse(all.at(-1) ?? "{}") as Readonly<Record<string, unknown>>;
  };
  const anonymous = { authorization: "" };

  test.each([
    ["an add-on", "GET", "/jira/rest/api/3/webhook?jwt=a.b.c", "/jira/rest/api/3/webhook", "AUTH_INVALID"],
    ["a product", "POST", "/api/v1/sites/jira/events", "/api/v1/sites/jira/events", "AUTH_MISSING"],
    ["a tool", "DELETE", "/jira/rest/plugins/1.0/x-key", "/jira/rest/plugins/1.0/x-key", "AUTH_MISSING"],
    ["a script", "GET", "/api/v1/sites", "/api/v1/sites", "AUTH_MISSING"],
    ["a lost client", "GET", "/nowhere?secret=1", "/nowhere", "NOT_FOUND"],
  ])("%s", async (_who, method, path, shown, code) => {
    const reply = await host.call(method, path, method === "POST" ? {} : undefined, anonymous);
    expect(newest()).toMatchObject({
      level: "info",
      method,
      path: shown,
      code,
      address: "127.0.0.1",
      requestId: reply.headers.get("x-request-id"),
    });
  });

  test("without the token that was sent", async () => {
    await host.call("POST", "/jira/ingest/not-a-token-but-a-secret", {}, anonymous);
    expect(newest()).toMatchObject({ code: "AUTH_INVALID", path: "/jira/ingest/[redacted]" });
    await host.call("POST", "/jira//Ingest/not-a-token-but-a-secret/x", {}, anonymous);
    expect(newest()).toMatchObject({ code: "NOT_FOUND", path: "/jira//Ingest/[redacted]" });
    expect(lines.join("")).not.toContain("not-a-token");
  });
});
