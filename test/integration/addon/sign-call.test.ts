import { decodeSymmetric, SymmetricAlgorithm } from "atlassian-jwt";
import { describe, expect, test } from "vitest";
import { createAddon, createMemoryTenants } from "../../../src/addon/index.ts";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { createHmacKey, verifyToken } from "../../../src/protocol/token.ts";
import { BASE_URL } from "../../fixtures/token-cases.ts";
import { DESCRIPTOR } from "../../support/addon-under-test.ts";

const NOW = 1_800_000_000_000;
const tenant = (clientKey: string, sharedSecret: string) =>
  ({
    clientKey,
    baseUrl: "https://one.host.example/jira/",
    productType: "jira",
    state: "enabled",
    sharedSecret,
    lifecycleIat: 0,
    lifecycleTokens: [],
  }) as const;

const addon = createAddon({
  descriptor: DESCRIPTOR,
  baseUrl: BASE_URL,
  tenants: createMemoryTenants([tenant("site-1", "secret one"), tenant("site-2", "secret two")]),
  now: () => NOW,
});

const call = { method: "GET", path: "/rest/api/3/webhook?startAt=0" };

function verdictWith(secret: string, authorization: string, rawUrl: string) {
  const token = parseToken(authorization.replace("JWT ", ""));
  if (!token.ok) return token;
  return verifyToken(token, {
    keys: [createHmacKey(secret)],
    request: { method: "GET", rawUrl, basePath: "/jira" },
    nowSeconds: NOW / 1000,
    audience: ["site-1"],
  });
}

describe("a call back to a host", () => {
  test("is signed for exactly its url, with the secret of that host", async () => {
    const signed = await addon.signCall("site-1", call);
    expect(signed.url).toBe("https://one.host.example/jira/rest/api/3/webhook?startAt=0");
    const { authorization } = signed.headers;
    const verdict = verdictWith("secret one", authorization, "/jira/rest/api/3/webhook?startAt=0");
    expect(verdict).toMatchObject({ ok: true, claims: { iss: "inspector", aud: ["site-1"] } });
    expect(
      decodeSymmetric(authorization.replace("JWT ", ""), "secret one", SymmetricAlgorithm.HS256),
    ).toMatchObject({ iss: "inspector" });
  });

  test("does not open another host, nor in the name of another add-on", async () => {
    const { headers } = await addon.signCall("site-1", call);
    const target = "/jira/rest/api/3/webhook?startAt=0";
    for (const secret of ["secret two", "the secret of another add-on"]) {
      expect(verdictWith(secret, headers.authorization, target)).toMatchObject({ code: "JWT_SIGNATURE" });
    }
    const { headers: other } = await addon.signCall("site-2", call);
    expect(verdictWith("secret two", other.authorization, target)).toMatchObject({ code: "JWT_AUD" });
  });

  test.each([
    ["https://evil.example/x", "URL_INVALID"],
    ["//evil.example/x", "URL_INVALID"],
    ["/\\evil.example", "URL_INVALID"],
    ["@evil.example", "URL_INVALID"],
  ])("cannot be led elsewhere by the path %s", async (path, code) => {
    await expect(addon.signCall("site-1", { method: "GET", path })).rejects.toMatchObject({ code });
  });

  test("to a host that has not installed the add-on is refused", async () => {
    await expect(addon.signCall("site-9", call)).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  });
});
