/** What the two profiles let add-ons be reached by; a descriptor is only looked at, nothing is sent. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goodDescriptor } from "../fixtures/descriptors/good.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

const NAMED = { CALLBOARD_PROFILE: "prod", CALLBOARD_ALLOW_NETWORKS: "10.1.0.0/16,bell.example.org" };

describe.each([
  ["dev", {}, { http: "allow", loopback: "allow", private: "IP_DENIED", https: "allow" }],
  [
    "prod",
    { CALLBOARD_PROFILE: "prod" },
    { http: "URL_SCHEME", loopback: "IP_DENIED", private: "IP_DENIED", https: "allow" },
  ],
  [
    "prod with networks that it names",
    NAMED,
    { http: "allow", loopback: "IP_DENIED", private: "allow", https: "allow" },
  ],
])("the profile %s", (_title, env, verdicts) => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost(env);
  });
  afterAll(() => host.stop());

  test.each([
    ["over http", "http://bell.example.org", verdicts.http],
    ["on loopback", "http://127.0.0.1:3000", verdicts.loopback],
    ["at a private address", "http://10.1.2.3", verdicts.private],
    ["over https", "https://bell.example.org/app", verdicts.https],
  ])("an add-on %s", async (_where, baseUrl, verdict) => {
    const descriptor = goodDescriptor({ baseUrl });
    const { body } = await host.call("POST", "/api/v1/descriptors/validate", { descriptor });
    expect(body.valid ? "allow" : body.errors[0].code).toBe(verdict);
  });
});
