/** The code that pages show is run against requests that Callboard signed. */
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSampleRequest } from "../../../../../src/host/model/sample-request.ts";
import { createVerifyCode } from "../../../../../src/host/web/present/verify-code.ts";
import { requestTarget } from "../../../../../src/protocol/qsh.ts";
import { listEvents, getProduct } from "../../../../support/products.ts";

interface Shown {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}
interface Code {
  readonly verifyToken: (
    request: Pick<Shown, "headers"> & { readonly method: string; readonly target: string },
    secret: string,
  ) => { readonly iss: string };
  readonly verifyBody: (request: Shown, secret: string) => void;
}

const run = async (code: string) =>
  (await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as Code;

function sign(product: string, url: string, { secret = "s", now = Date.now() } = {}): Shown {
  const { request } = createSampleRequest({
    product: getProduct(product),
    eventType: listEvents(product)[0]!,
    url,
    secret,
    clientKey: "sample",
    deliveryId: "0198c0ffee0070008000000000000001",
    now,
  });
  const { headers: flat, body } = request;
  const headers = Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!]),
  );
  return { headers, body };
}

describe("the code that verifies a token", () => {
  const { token = "" } = createVerifyCode(true, "crane.stopped", "/w");

  test.each([
    "https://addon.example/webhooks/crane",
    "https://addon.example",
    "https://addon.example/",
    "https://addon.example/a/b/",
    "https://addon.example/a?x=1",
    "https://addon.example/a?b=2&a=1&b=1&jwt=x",
    "https://addon.example/a?x=%20y%2Cz&é=ü",
    "https://addon.example/a?x=y+z&q=it's(*)!~",
    "https://addon.example/a&b?x",
  ])("accepts the request for %s, and no other one", async (url) => {
    const { verifyToken } = await run(token);
    const { headers } = sign("jira", url);
    const request = { method: "POST", target: requestTarget(url), headers };
    expect(verifyToken(request, "s").iss).toBe("sample");
    expect(() => verifyToken(request, "t")).toThrow("signature");
    expect(() => verifyToken({ ...request, method: "PUT" }, "s")).toThrow("another URL");
    expect(() => verifyToken({ ...request, target: "/other" }, "s")).toThrow("another URL");
  });

  test("refuses a token that has expired, and a request without one", async () => {
    const { verifyToken } = await run(token);
    const { headers } = sign("jira", "https://addon.example/a", { now: Date.now() - 600_000 });
    expect(() => verifyToken({ method: "POST", target: "/a", headers }, "s")).toThrow("expired");
    expect(() => verifyToken({ method: "POST", target: "/a", headers: {} }, "s")).toThrow("signature");
  });
});

describe("the code that verifies a body", () => {
  test.each([
    ["add-ons", "jira", true, "a-shared-secret"],
    ["outgoing webhooks", "backlog", false, `whsec_${randomBytes(24).toString("base64")}`],
  ])("of %s accepts a genuine body only", async (_of, product, hasAddons, secret) => {
    const { verifyBody } = await run(createVerifyCode(hasAddons, "e", "/w").body);
    const request = sign(product, "https://addon.example/a", { secret });
    expect(() => verifyBody(request, secret)).not.toThrow();
    expect(() => verifyBody({ ...request, body: Buffer.from("{}") }, secret)).toThrow("match");
    expect(() => verifyBody(request, "whsec_AAAA")).toThrow("match");
    const old = sign(product, "https://addon.example/a", { secret, now: Date.now() - 400_000 });
    expect(() => verifyBody(old, secret)).toThrow("old");
    expect(() => verifyBody({ headers: {}, body: request.body }, secret)).toThrow("old");
  });
});

test("products without add-ons have neither toolkit nor token", () => {
  expect(createVerifyCode(false, "e", "/w")).toMatchObject({ toolkit: undefined, token: undefined });
  expect(createVerifyCode(true, 'a"b', "/w").toolkit).toContain('addon.on("a\\"b"');
});
