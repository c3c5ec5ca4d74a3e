import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryTenants } from "../../../src/addon/index.ts";
import type { Tenant } from "../../../src/addon/index.ts";
import { SECRETS, TOKEN_CASES } from "../../fixtures/token-cases.ts";
import { startAddon } from "../../support/addon-under-test.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { createRequest } from "../../support/token-of-case.ts";

let keys: HostKeys;

beforeAll(async () => {
  keys = await startHostKeys();
});
afterAll(() => keys.close());

function tenants(): readonly Tenant[] {
  const rest = { productType: "jira", lifecycleIat: 0, lifecycleTokens: [] };
  const previousSecret = { sharedSecret: SECRETS["ck-1 before"], acceptedUntil: Date.now() + 60_000 };
  return [
    {
      clientKey: "ck-1",
      baseUrl: "https://one.host.example",
      state: "enabled",
      sharedSecret: SECRETS["ck-1"],
      previousSecret,
      ...rest,
    },
    {
      clientKey: "ck-2",
      baseUrl: "https://two.host.example",
      state: "enabled",
      sharedSecret: SECRETS["ck-2"],
      ...rest,
    },
    { clientKey: "ck-3", baseUrl: "https://three.host.example", state: "uninstalled", ...rest },
  ];
}

/** Refusals that may be told apart by whoever sent the request; all the others look alike. */
const STATUS: Readonly<Record<string, number>> = { AUTH_AMBIGUOUS: 400 };

describe("of the requests that a stranger may send", () => {
  test.each(TOKEN_CASES)("$id, $title, on $route", async (tokenCase) => {
    const under = await startAddon({
      tenants: createMemoryTenants(tenants()),
      keyServer: `${keys.url}/keys`,
    });
    try {
      const { method, target, headers, body } = createRequest(tokenCase, keys, Math.floor(Date.now() / 1000));
      const answer = await rawRequest(under.port, method, target, headers, body);
      const { expected } = tokenCase;
      if (typeof expected === "string" && expected !== "accepted") {
        expect(answer.status).toBe(STATUS[expected] ?? 401);
        if (answer.status === 401) expect(JSON.parse(answer.text)).toMatchObject({ code: "AUTH_INVALID" });
        expect(under.reports).toMatchObject([{ kind: "refused", refusal: { code: expected } }]);
        return;
      }
      expect(answer.status).toBe(tokenCase.route === "page" ? 200 : 204);
      const clientKey = expected === "accepted" ? "ck-1" : expected.tenant;
      if (tokenCase.route === "page") expect(JSON.parse(answer.text)).toMatchObject({ clientKey });
      else expect(under.reports).toMatchObject([{ kind: "accepted", tenant: { clientKey } }]);
    } finally {
      await under.close();
    }
  });

  test("every 401 has the same answer, byte for byte", async () => {
    const under = await startAddon({
      tenants: createMemoryTenants(tenants()),
      keyServer: `${keys.url}/keys`,
    });
    const answers = new Set<string>();
    for (const tokenCase of TOKEN_CASES.filter(({ expected }) => expected !== "accepted")) {
      const { method, target, headers, body } = createRequest(tokenCase, keys, Math.floor(Date.now() / 1000));
      const answer = await rawRequest(under.port, method, target, headers, body);
      if (answer.status === 401) answers.add(answer.text);
    }
    await under.close();
    expect([...answers]).toEqual([
      '{"title":"The credentials were not accepted","status":401,"code":"AUTH_INVALID"}',
    ]);
  });
});
