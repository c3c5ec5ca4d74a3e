/** Bodies whose cost is not in their bytes: many small values, many problems, single values of any length, many fields. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { expectProblem } from "../support/problem.ts";
import { rawRequest } from "../support/raw-request.ts";

const EVENTS = "/api/v1/sites/jira/events";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_BODY_VALUES: "100000" });
});
afterAll(() => host.stop());

const many = (text: string, count: number) => `[${`${text},`.repeat(count - 1)}${text}]`;

function expectTooComplex(reply: Reply, limit: number): void {
  expectProblem(reply, 413, "BODY_TOO_COMPLEX");
  expect(reply.body).toMatchObject({ limit });
  expect(reply.body.count).toBeGreaterThan(limit);
}

describe("too many values", () => {
  test.each([
    ["an event", EVENTS, `{"event":"jira:issue_created","payload":{"a":${many("{}", 120_000)}}}`],
    ["a batch", `${EVENTS}/batch`, `{"events":${many("{}", 120_000)}}`],
    [
      "a product's own body",
      "/jira/ingest",
      `{"webhookEvent":"jira:issue_created","a":${many("{}", 120_000)}}`,
    ],
    [
      "fields of the envelope",
      EVENTS,
      `{${Array.from({ length: 60_000 }, (_, i) => `"f${i}":1`).join(",")}}`,
    ],
  ])("in %s are refused", async (_what, path, body) => {
    expectTooComplex(await host.call("POST", path, body), 100_000);
  });

  test.each([
    [
      "a descriptor",
      "POST",
      "/api/v1/descriptors/validate",
      `{"descriptor":{"scopes":${many("1", 60_000)}}}`,
    ],
    ["any other body", "POST", "/api/v1/sites/jira/webhooks", `{"events":${many("{}", 60_000)}}`],
  ])("in %s are refused", async (_what, method, path, body) => {
    expectTooComplex(await host.call(method, path, body), 50_000);
  });

  test("just below the limit are accepted", async () => {
    const body = `{"event":"jira:issue_created","payload":{"a":${many("{}", 99_000)}}}`;
    expect((await host.call("POST", EVENTS, body)).status).toBe(202);
  });
});

describe("problems", () => {
  test("of an envelope are counted, and 50 of them told", async () => {
    const fields = Array.from({ length: 20_000 }, (_, i) => `"f${i}":1`).join(",");
    const reply = await host.call("POST", EVENTS, `{${fields}}`);
    expectProblem(reply, 422, "EVENT_SCHEMA");
    expect([reply.body.errors.length, reply.body.detail]).toEqual([
      50,
      "The event does not fit in 20001 places",
    ]);
  });

  test("with names of any length make no large answer", async () => {
    const key = "k".repeat(1_000_000);
    const unknown = await host.call("POST", EVENTS, `{"event":"e","${key}":1}`);
    expectProblem(unknown, 422, "EVENT_SCHEMA");
    const twice = await host.call("POST", EVENTS, `{"event":"e","payload":{},"${key}":{"__proto__":1}}`);
    expectProblem(twice, 422, "BODY_FORBIDDEN_KEY");
    for (const { text } of [unknown, twice]) expect(text.length).toBeLessThan(4_096);
  });

  test("of a field that is far too long are found without reading it", async () => {
    const reply = await host.call("POST", EVENTS, `{"event":"${"x".repeat(5_000_000)}","id":[1],"user":1}`);
    expectProblem(reply, 422, "EVENT_SCHEMA");
    expect(reply.body.errors).toEqual([
      { pointer: "/event", detail: "must not be longer than 200 characters" },
      { pointer: "/user", detail: "must be a string" },
      { pointer: "/id", detail: "must be a string" },
    ]);
  });

  test("of a descriptor with wrong scopes are told in part", async () => {
    const reply = await host.call("POST", "/api/v1/descriptors/validate", {
      descriptor: { scopes: Array.from({ length: 40_000 }, () => 1) },
    });
    expect(JSON.stringify(reply.body).length).toBeLessThan(20_000);
    expect(JSON.stringify(reply.body)).toContain("scopes");
  });
});

describe("single values of any length", () => {
  beforeAll(async () => {
    const { body } = await host.call("POST", "/api/v1/sites/jira/webhooks", {
      name: "Keys",
      url: "http://127.0.0.1:9999/{issue.key}",
      filter: "project = AB",
    });
    expect(body).toMatchObject({ name: "Keys" });
  });

  test.each([
    ["a number of 6 million digits", `"n":${"7".repeat(6_000_000)}`],
    ["8 MB of escapes beside a long integer", `"s":"${"\\n".repeat(4_000_000)}","i":1234567890123456`],
    ["1 MB of escapes beside a long integer", `"s":"${"\\n".repeat(500_000)}","i":1234567890123456`],
  ])("%s: URL variables and filters see the rest", async (_what, members) => {
    const payload = `{${members},"issue":{"key":"AB-1","id":9007199254740993,"fields":{"project":{"key":"AB"}}}}`;
    const reply = await host.call("POST", EVENTS, `{"event":"jira:issue_created","payload":${payload}}`);
    expect(reply.status).toBe(202);
    expect(reply.body.deliveries.map(({ url }: { url: string }) => url)).toEqual([
      "http://127.0.0.1:9999/AB-1",
    ]);
  });

  test("a value that is left out of a large body is named in the notes", async () => {
    const below = `"a":${many('{"b":[0]}', 24_000)}`;
    const payload = `{${below},"issue":{"key":"AB-2","fields":{"project":{"key":"AB"}}}}`;
    const reply = await host.call("POST", EVENTS, `{"event":"jira:issue_created","payload":${payload}}`);
    expect([reply.status, reply.body.deliveries?.[0]?.url]).toEqual([202, "http://127.0.0.1:9999/AB-2"]);
    expect(reply.body.notes.join(" ")).toContain("The body is large");
  });
});

describe("forms", () => {
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) => {
    const { port, origin } = new URL(host.url);
    return rawRequest(
      Number(port),
      "POST",
      path,
      { ...FORM, origin, host: new URL(origin).host, ...headers },
      body,
    );
  };

  test.each([
    ["of any page are kept up to 64 KiB", "/admin/settings", 64 * 1024],
    ["to log in are read up to 16 KiB", "/admin/login", 16 * 1024],
  ])("without a session %s", async (_what, path, most) => {
    expect((await post(path, `a=${"x".repeat(most - 2)}`)).status).toBe(401);
    const refused = await post(path, `a=${"x".repeat(most - 1)}`);
    expect([refused.status, refused.headers["content-type"]]).toEqual([413, "text/plain; charset=utf-8"]);
  });

  test("the largest form that is kept can be sent along with the login", async () => {
    const asked = await post("/admin/settings", `a=${'"'.repeat(64 * 1024 - 2)}`);
    expect(asked.text).toContain('action="/admin/login?resume=1"');
    const fields =
      /name="resume-fields" value="([^"]*)"/.exec(asked.text)?.[1]?.replaceAll("&quot;", '"') ?? "";
    const login = { token: host.token, "resume-action": "/admin/settings", "resume-fields": fields };
    const resumed = await post("/admin/login?resume=1", new URLSearchParams(login).toString());
    expect([resumed.status, resumed.text.includes("Send again")]).toEqual([200, true]);
  });

  test("from one address without a session are refused after 60 in a minute, and cheaply", async () => {
    const session = await logIn(host);
    let refused;
    for (let sent = 0; sent < 70 && refused?.status !== 429; sent += 1) {
      refused = await post("/admin/settings", "a=1");
    }
    expect([refused?.status, Number(refused?.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect(refused?.text.length).toBeLessThan(200);
    expect((await session.get("/admin")).status).toBe(200);
  });

  test("with very many fields are refused", async () => {
    const session = await logIn(host);
    const body = `csrf=${session.csrf}${"&a=1".repeat(5_000)}`;
    expect((await post("/admin/settings", body, { cookie: session.cookie })).status).toBe(413);
    const { port } = new URL(host.url);
    const basic = `Basic ${Buffer.from(`x:${host.token}`).toString("base64")}`;
    const hook = "/backlog/api/v2/projects/PIER/webhooks";
    await host.call("POST", "/api/v1/sites", {
      key: "backlog",
      product: "backlog",
      name: "B",
      baseUrl: "http://b",
    });
    const reply = await rawRequest(
      Number(port),
      "POST",
      hook,
      { ...FORM, authorization: basic },
      "a=1&".repeat(200_000),
    );
    expect(reply.status).toBe(413);
  });
});

test("24 uploads that never end: those over the sender's share are refused, and a small event is accepted", async () => {
  const { hostname, port } = new URL(host.url);
  const outcomes: (number | string)[] = [];
  const uploads = Array.from({ length: 24 }, () => {
    const upload = request({
      hostname,
      port,
      path: EVENTS,
      method: "POST",
      agent: false,
      headers: {
        authorization: `Bearer ${host.token}`,
        "content-type": "application/json",
        "content-length": 20_000_000,
      },
    });
    upload.on("response", (response) => {
      outcomes.push(response.statusCode ?? 0);
      expect(response.headers["retry-after"]).toBe("2");
      response.resume();
    });
    upload.on("error", () => undefined);
    upload.write(`{"event":"jira:issue_created","payload":{"a":"${"x".repeat(1_000_000)}`);
    return upload;
  });
  try {
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBe(21);
    expect(new Set(outcomes)).toEqual(new Set([503]));
    expect((await host.call("POST", EVENTS, { event: "jira:issue_created" })).status).toBe(202);
  } finally {
    for (const upload of uploads) upload.destroy();
  }
});
