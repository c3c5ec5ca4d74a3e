/** The same tokens that an add-on judges, at the judge of the host: calls of an add-on to a site at the same base URL. */
import type { Request } from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { createAddonAccess } from "../../../../src/host/web/products/addon-access.ts";
import { BASE_URL, SECRETS, TOKEN_CASES } from "../../../fixtures/token-cases.ts";
import type { TokenCase } from "../../../fixtures/token-cases.ts";
import { startHostKeys } from "../../../support/host-keys.ts";
import type { HostKeys } from "../../../support/host-keys.ts";
import { createRequest } from "../../../support/token-of-case.ts";
import type { Site } from "../../../../src/host/model/site.ts";

/** The add-ons that are installed on the site, with the secrets that their calls may be signed with. */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null) as object, {
  "ck-1": [SECRETS["ck-1"], SECRETS["ck-1 before"]],
  "ck-2": [SECRETS["ck-2"]],
});
const SITE = { no: 1, key: "app", clientKey: "the-client-key" } as unknown as Site;

let keys: HostKeys;
beforeAll(async () => {
  keys = await startHostKeys();
});
afterAll(() => keys.close());

const authorize = createAddonAccess({
  findSite: (key) => Promise.resolve(key === "app" ? SITE : undefined),
  getBaseUrl: () => BASE_URL,
  acceptedSecrets: (_siteNo, addonKey) => Promise.resolve(ACCEPTED[addonKey] ?? []),
  readOrigin: () => ({ address: "127.0.0.1", isHttps: false, isUndeclared: false }),
  now: Date.now,
});

/** Where the host decides otherwise than an add-on, and why. */
const OF_THE_HOST: Readonly<Record<string, string>> = {
  // The host has no pages that an add-on opens with a token in the query.
  "016": "AUTH_SCHEME",
  // A call that names its audience must name this site.
  "065": "JWT_AUD",
  // No token with a query of its own opens a callback here; this one has the right algorithm and is judged on.
  "084": "JWT_QSH_CONTEXT",
};

function getExpected({ id, route, expected }: TokenCase): string {
  const own = OF_THE_HOST[id];
  if (own !== undefined) return own;
  // Signed with a key of the host's own: no add-on has one.
  if (route === "installed" || route === "uninstalled") return "JWT_ALG";
  // Nobody learns which add-ons are installed.
  if (expected === "JWT_ISS_UNKNOWN") return "JWT_SIGNATURE";
  return typeof expected === "string" ? expected : "accepted";
}

describe("of the calls that a stranger may make", () => {
  // Express has found the site in the path before the judge is asked, so the path begins with it.
  test.each(TOKEN_CASES.filter(({ id }) => id !== "086"))("$id, $title, on $route", async (tokenCase) => {
    const { method, target, headers } = createRequest(tokenCase, keys, Math.floor(Date.now() / 1000));
    const request = { method, originalUrl: target, headers } as unknown as Request;

    const judged = await authorize(request, "app").catch((error: unknown) => error);

    const expected = getExpected(tokenCase);
    if (expected === "accepted") {
      const addonKey = typeof tokenCase.expected === "object" ? tokenCase.expected.tenant : "ck-1";
      expect(judged).toEqual({ siteKey: "app", addonKey, address: "127.0.0.1" });
      return;
    }
    expect(judged).toBeInstanceOf(CallboardError);
    const { status, code, extra, message } = judged as CallboardError;
    expect([status, code, extra["tokenCode"]]).toEqual([401, "AUTH_INVALID", expected]);
    expect(message).not.toContain(headers["authorization"] ?? "no token");
  });

  test("no refusal of a signature tells which of site, add-on and secret is unknown", async () => {
    const good = TOKEN_CASES.find(({ id }) => id === "001") as TokenCase;
    const said = new Set<string>();
    for (const [siteKey, change] of [
      ["app", { signer: { text: "x" } }],
      ["app", { claims: { iss: "nobody" } }],
      ["app", { claims: { iss: "__proto__" } }],
      ["app", { claims: { iss: "x".repeat(5_000) } }],
      ["app", { claims: { iss: "a\u0000b" } }],
      ["nowhere", {}],
    ] as const) {
      const { method, target, headers } = createRequest(
        { ...good, ...change },
        keys,
        Math.floor(Date.now() / 1000),
      );
      const request = { method, originalUrl: target, headers } as unknown as Request;
      const judged = await authorize(request, siteKey).catch((error: unknown) => error);
      const { status, code, extra, message } = judged as CallboardError;
      said.add(JSON.stringify({ status, code, extra, message }));
    }
    expect([...said]).toHaveLength(1);
  });
});
