import { describe, expect, test } from "vitest";
import {
  checkCallbackBody,
  checkReplay,
  tenantAfter,
  tenantAfterFailure,
} from "../../../src/addon/lifecycle.ts";
import type { Callback } from "../../../src/addon/lifecycle.ts";
import type { InstalledTenant, Tenant } from "../../../src/addon/tenants.ts";

const SITE = { clientKey: "site", baseUrl: "https://site.example/jira", productType: "jira" };

function callback(event: Callback["event"], change: Partial<Callback> = {}, iat = 1_000): Callback {
  return {
    event,
    body: { ...SITE, key: "my-addon", sharedSecret: "first secret" },
    claims: { iss: "site", iat, exp: iat + 180, qsh: "", aud: [] },
    token: `token of ${iat}`,
    receivedAt: 5_000,
    ...change,
  };
}
const withBody = (event: Callback["event"], body: Readonly<Record<string, unknown>>, iat?: number) =>
  callback(event, { body: { ...SITE, key: "my-addon", sharedSecret: "first secret", ...body } }, iat);

function installed(): InstalledTenant {
  const tenant = tenantAfter(callback("installed"), undefined);
  if (tenant === undefined || tenant.state === "uninstalled") throw new Error("not installed");
  return tenant;
}

describe("body of a callback", () => {
  const listStates = (made: Callback) =>
    checkCallbackBody(made, "my-addon").map(({ name, state, code }) => `${name} ${code ?? state}`);

  test.each([
    ["fits", callback("installed"), ["clientKey ok", "secret ok"]],
    ["needs no secret later", withBody("enabled", { sharedSecret: undefined }), ["clientKey ok"]],
    [
      "is of another site than the token",
      withBody("installed", { clientKey: "x" }),
      ["clientKey BODY_CLIENTKEY"],
    ],
    ["names another add-on", withBody("enabled", { key: "x" }), ["clientKey ok", "key BODY_KEY"]],
    ["has no secret", withBody("installed", { sharedSecret: "" }), ["clientKey ok", "secret BODY_SECRET"]],
    [
      "has a secret that is no text",
      withBody("installed", { sharedSecret: 5 }),
      ["clientKey ok", "secret BODY_SECRET"],
    ],
    ["has no baseUrl", withBody("installed", { baseUrl: undefined }), ["clientKey ok", "secret BODY_SECRET"]],
  ])("%s", (_what, made, checks) => {
    expect(listStates(made)).toEqual(checks);
  });
});

describe("replay of a callback", () => {
  const before = installed();

  test.each([
    ["the first of a site", callback("installed"), undefined, "ok"],
    ["a newer one", callback("enabled", {}, 1_001), before, "ok"],
    ["another one of the same second", callback("enabled", { token: "other" }), before, "ok"],
    ["the same one", callback("installed"), before, "bad"],
    ["an older one", callback("installed", { token: "other" }, 999), before, "bad"],
  ] as const)("%s", (_what, made, tenant, state) => {
    expect(checkReplay(made, tenant).state).toBe(state);
  });

  test("a refusal says whether the token was repeated or is older", () => {
    expect(checkReplay(callback("installed"), before).reason).toContain("it was accepted before");
    expect(checkReplay(callback("installed", {}, 990), before).reason).toContain("10 s older");
  });
});

describe("installed", () => {
  test("installed creates a tenant with the host's data", () => {
    expect(tenantAfter(withBody("installed", { displayUrl: "https://shown.example" }), undefined)).toEqual({
      ...SITE,
      displayUrl: "https://shown.example",
      state: "installed",
      sharedSecret: "first secret",
      lifecycleIat: 1_000,
      lifecycleTokens: [expect.stringMatching(/^[\w-]{43}$/)],
    });
  });

  test("a product type or display URL that is not a string is left out", () => {
    const tenant = tenantAfter(withBody("installed", { productType: 5, displayUrl: "" }), undefined);

    expect(tenant).toMatchObject({ productType: "" });
    expect(tenant).not.toHaveProperty("displayUrl");
  });

  test("a new secret keeps the old one for 10 minutes", () => {
    const rotated = tenantAfter(withBody("installed", { sharedSecret: "second" }, 2_000), installed());

    expect(rotated).toMatchObject({
      sharedSecret: "second",
      previousSecret: { sharedSecret: "first secret", acceptedUntil: 5_000 + 600_000 },
      lifecycleIat: 2_000,
    });
  });

  test("the same secret keeps state and overlap", () => {
    const previousSecret = { sharedSecret: "zero", acceptedUntil: 9_000 };
    const before: Tenant = { ...installed(), state: "disabled", previousSecret };

    expect(tenantAfter(callback("installed", {}, 2_000), before)).toMatchObject({
      state: "disabled",
      previousSecret,
    });
    expect(tenantAfter(callback("installed", {}, 2_000), installed())).not.toHaveProperty("previousSecret");
  });

  test("after an uninstall, installed starts over", () => {
    const gone = tenantAfter(callback("uninstalled", {}, 1_500), installed());

    const again = tenantAfter(withBody("installed", { sharedSecret: "second" }, 2_000), gone);

    expect(again).toMatchObject({ state: "installed", sharedSecret: "second" });
    expect(again).not.toHaveProperty("previousSecret");
  });

  test.each([
    ["by a host that signs bodies", true, undefined, true],
    ["by a host that did", false, true, true],
    ["by a host that never did", false, undefined, undefined],
  ])("%s requires signatures from then on", (_what, hostSignsBodies, signedBefore, signsBodies) => {
    const before = signedBefore === undefined ? installed() : { ...installed(), signsBodies: signedBefore };

    expect(tenantAfter(callback("installed", { hostSignsBodies }, 2_000), before)?.signsBodies).toBe(
      signsBodies,
    );
  });

  test("the tokens of the last second are kept, and no others", () => {
    const second = tenantAfter(callback("installed", { token: "other" }), installed());
    const later = tenantAfter(callback("installed", {}, 1_001), second);

    expect(second?.lifecycleTokens).toHaveLength(2);
    expect(later?.lifecycleTokens).toHaveLength(1);
  });
});

describe("later callbacks", () => {
  test.each(["enabled", "disabled"] as const)("%s becomes the state of an installed tenant", (event) => {
    expect(tenantAfter(callback(event, {}, 2_000), installed())).toEqual({ ...installed(), state: event });
  });

  test.each(["enabled", "disabled", "uninstalled"] as const)(
    "%s of an unknown tenant stores nothing",
    (event) => {
      expect(tenantAfter(callback(event), undefined)).toBeUndefined();
    },
  );

  test("enabled doesn't restore an uninstalled tenant", () => {
    const gone = tenantAfter(callback("uninstalled", {}, 1_500), installed());

    expect(tenantAfter(callback("enabled", {}, 2_000), gone)).toBe(gone);
  });

  test("uninstalled deletes the secrets and keeps the data against replays", () => {
    const before: Tenant = {
      ...installed(),
      signsBodies: true,
      displayUrl: "https://shown.example",
      previousSecret: { sharedSecret: "zero", acceptedUntil: 9_000 },
    };

    expect(tenantAfter(callback("uninstalled", {}, 1_500), before)).toEqual({
      ...SITE,
      state: "uninstalled",
      signsBodies: true,
      lifecycleIat: 1_500,
      lifecycleTokens: [expect.any(String)],
    });
  });
});

describe("failed handler", () => {
  test("the tenant is unchanged, but the token counts as used", () => {
    const after = tenantAfter(withBody("installed", { sharedSecret: "second" }, 2_000), installed())!;

    expect(tenantAfterFailure(after, installed())).toEqual({
      ...installed(),
      lifecycleIat: after.lifecycleIat,
      lifecycleTokens: after.lifecycleTokens,
    });
  });

  test("a failed first install keeps only its used token", () => {
    const { lifecycleIat, lifecycleTokens } = installed();

    expect(tenantAfterFailure(installed(), undefined)).toEqual({
      ...SITE,
      state: "uninstalled",
      lifecycleIat,
      lifecycleTokens,
    });
  });
});
