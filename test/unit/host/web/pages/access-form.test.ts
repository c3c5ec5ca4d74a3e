import fc from "fast-check";
import { expect, test } from "vitest";
import {
  accessFields,
  accessView,
  readAccessFields,
  toAccessWishes,
} from "../../../../../src/host/web/pages/access-form.ts";

const readWishes = (fields: Readonly<Record<string, string>>) =>
  toAccessWishes(readAccessFields(new URLSearchParams(fields)));
const SAVED = {
  headers: { value: [["x-api-key", "a secret"]] as const, since: 1 },
  authentication: { value: { kind: "bearer", token: "a secret", expiresAt: 5 }, since: 1 } as const,
};

test("a saved webhook keeps what it has, and none of it is in a field", () => {
  const fields = accessFields(SAVED);
  expect(toAccessWishes(fields)).toEqual({
    headers: { kind: "keep" },
    authentication: { kind: "keep" },
    tls: { kind: "none" },
  });
  expect(JSON.stringify([fields, accessView(SAVED)])).not.toContain("a secret");
  expect(accessView(SAVED)).toMatchObject({
    headerNames: ["x-api-key"],
    authenticationKind: "bearer",
    hasTls: false,
    endings: [{ kind: "bearer token", expiresAt: 5 }],
  });
});

test("a form without the fields changes nothing", () => {
  const keep = { kind: "keep" };
  expect(readWishes({})).toEqual({ headers: keep, authentication: keep, tls: keep });
  expect(readWishes({ headersChoice: "all", tlsChoice: "none" })).toEqual({
    headers: keep,
    authentication: keep,
    tls: { kind: "none" },
  });
});

test("whatever a form has, it asks for something that can be checked", () => {
  const names = fc.constantFrom(
    "headersChoice",
    "authenticationChoice",
    "tlsChoice",
    "headers",
    "authToken",
    "tlsKey",
  );
  const texts = fc.oneof(fc.constantFrom("keep", "none", "given", "basic", "bearer", "oauth2"), fc.string());
  fc.assert(
    fc.property(fc.dictionary(names, texts), (fields) => {
      const wishes = Object.values(readWishes(fields)) as readonly { kind: string }[];
      expect(wishes).toHaveLength(3);
      expect(wishes.every(({ kind }) => ["keep", "none", "given"].includes(kind))).toBe(true);
    }),
  );
});

test("headers are one on each line, with colons in their values", () => {
  expect(readWishes({ headersChoice: "given", headers: "X-A: b:c \r\n\r\nx-d:e\r\nx-f" }).headers).toEqual({
    kind: "given",
    value: { "X-A": "b:c", "x-d": "e", "x-f": "" },
  });
});

test.each([
  ["basic", { authUser: "u", authPassword: "p" }, { user: "u", password: "p" }],
  ["bearer", { authToken: "t", authExpiresAt: "" }, { token: "t" }],
  [
    "oauth2",
    {
      authTokenUrl: "https://a/",
      authClientId: "i",
      authClientSecret: "s",
      authClientMethod: "post",
      authScope: "x",
    },
    { tokenUrl: "https://a/", clientId: "i", clientSecret: "s", clientMethod: "post", scope: "x" },
  ],
])("%s has its own fields, without the empty ones", (kind, fields, members) => {
  const others = { authUser: "other", authToken: "other", authTokenUrl: "other" };
  expect(readWishes({ ...others, ...fields, authenticationChoice: kind }).authentication).toEqual({
    kind: "given",
    value: { kind, ...members },
  });
});

test("certificates are taken as they are", () => {
  expect(readWishes({ tlsChoice: "given", tlsCertificate: "C\r\nC", tlsKey: "K" }).tls).toEqual({
    kind: "given",
    value: { certificate: "C\nC", key: "K", authorities: "" },
  });
});
