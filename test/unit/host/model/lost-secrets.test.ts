import { expect, test } from "vitest";
import {
  CREDENTIALS_LOST,
  SECRET_LOST,
  areCredentialsLost,
  isSecretLost,
  lacksSecret,
  reinstallDelayMs,
} from "../../../../src/host/model/lost-secrets.ts";

test("a lost secret is recognized by the inactivity reason, until a new one is set", () => {
  const lost = { active: false, inactiveBecause: SECRET_LOST, secret: undefined };
  expect(isSecretLost(lost)).toBe(true);
  for (const change of [{ active: true }, { inactiveBecause: "switched off" }, { secret: "new" }])
    expect(isSecretLost({ ...lost, ...change })).toBe(false);
});

test("lost credentials are recognized by the inactivity reason", () => {
  const lost = { active: false, inactiveBecause: CREDENTIALS_LOST };
  expect(areCredentialsLost(lost)).toBe(true);
  for (const change of [{ active: true }, { inactiveBecause: SECRET_LOST }, { inactiveBecause: undefined }])
    expect(areCredentialsLost({ ...lost, ...change })).toBe(false);
});

test("an installed add-on with JWT lacks its secret; one without authentication or uninstalled doesn't", () => {
  const lost = { authentication: "jwt", state: "enabled", sharedSecret: undefined } as const;
  expect(lacksSecret(lost)).toBe(true);
  expect(lacksSecret({ ...lost, state: "disabled" })).toBe(true);
  for (const change of [{ authentication: "none" }, { state: "uninstalled" }, { sharedSecret: "s" }] as const)
    expect(lacksSecret({ ...lost, ...change })).toBe(false);
});

test("a failed reinstall is repeated after 5 s, doubled up to 10 min", () => {
  expect([1, 2, 3, 7, 8, 50].map(reinstallDelayMs)).toEqual([
    5_000, 10_000, 20_000, 320_000, 600_000, 600_000,
  ]);
});
