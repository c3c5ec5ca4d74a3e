import { expect, test } from "vitest";
import { NAMES_ANSWERED, afterLookup, namesFail } from "../../../../src/host/model/name-lookups.ts";
import type { LookedUp, NameLookups } from "../../../../src/host/model/name-lookups.ts";

const NOW = 1_000_000;
const silent: LookedUp = {
  url: "https://addon.example.com/hook",
  outcome: { kind: "unreachable", reason: "dns" },
  detail: "No name server answered within 2000 ms",
};
const after = (...lookups: readonly LookedUp[]): NameLookups =>
  lookups.reduce((state, lookup) => afterLookup(state, lookup, NOW), NAMES_ANSWERED);

test("two lookups in a row without a response mean that name servers fail, for 10 minutes", () => {
  expect(namesFail(after(silent), NOW)).toBe(false);
  expect(namesFail(after(silent, silent), NOW)).toBe(true);
  expect(namesFail(after(silent, silent), NOW + 599_999)).toBe(true);
  expect(namesFail(after(silent, silent), NOW + 600_000)).toBe(false);
  expect(
    namesFail(after(silent, { ...silent, detail: "The host name does not resolve (ECONNREFUSED)" }), NOW),
  ).toBe(true);
});

test.each<[string, Partial<LookedUp>]>([
  ["an answer of the receiver", { outcome: { kind: "accepted" }, detail: undefined }],
  ["a refused connection", { outcome: { kind: "unreachable", reason: "connection-refused" } }],
  ["a name that doesn't exist", { detail: "The host name does not resolve (ENOTFOUND)" }],
  ["a name without an address", { detail: "The host name has no address" }],
  ["a name that a server denies", { detail: "The host name does not resolve (NXDOMAIN)" }],
  ["a name without data", { detail: "The host name does not resolve (ENODATA)" }],
])("%s shows that name servers respond", (_name, given) => {
  expect(namesFail(after(silent, silent, { ...silent, ...given }), NOW)).toBe(false);
});

test.each([
  "http://127.0.0.1:80/",
  "http://[::1]/x",
  "http://10.0.0.1",
  "http://localhost:1/",
  "http://a.localhost/",
  "https://10.0.0.1/",
  "https://localhost",
  "https://a.localhost:8443/x",
])("%s needs no lookup, so it changes nothing", (url) => {
  const reached = { ...silent, url, outcome: { kind: "accepted" }, detail: undefined } as const;
  expect(namesFail(after(silent, silent, reached), NOW)).toBe(true);
  expect(namesFail(after({ ...silent, url }, { ...silent, url }), NOW)).toBe(false);
});

test.each([
  "https://10.example.com/",
  "https://localhost.example.com/",
  "https://mylocalhost/",
  "https://example.com/?next=http://127.0.0.1/",
])("%s needs a lookup, so a response of its receiver shows that name servers respond", (url) => {
  const reached = { ...silent, url, outcome: { kind: "accepted" }, detail: undefined } as const;
  expect(namesFail(after(silent, silent, reached), NOW)).toBe(false);
});
