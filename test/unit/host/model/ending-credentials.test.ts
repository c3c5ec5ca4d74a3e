import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  announceEndings,
  listEndings,
  listNearEndings,
} from "../../../../src/host/model/ending-credentials.ts";
import { listCertificates } from "../../../../src/host/model/tls-settings.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), "utf8");
const certificate = fixture("server.pem");
const authorities = fixture("ca.pem");
const DAY = 86_400_000;
const END = Date.UTC(2027, 0, 1);
const token = (expiresAt?: number) => ({
  authentication: {
    value: { kind: "bearer" as const, token: "t", ...(expiresAt === undefined ? {} : { expiresAt }) },
    since: 1,
  },
});
const findEnd = (pem: string) => listCertificates(pem)[0]?.expiresAt ?? 0;
const daysBefore = (days: number) =>
  announceEndings(token(END), "Build", END - days * DAY).map(({ subject, facts }) => [
    subject,
    facts["daysLeft"],
  ]);

test("a bearer token, a client certificate and an authority end", () => {
  expect(listEndings(token(END))).toEqual([{ kind: "bearer token", expiresAt: END }]);
  expect(
    listEndings({ tls: { value: { client: { certificate, key: "" }, authorities }, since: 1 } }),
  ).toEqual([
    { kind: "client certificate", expiresAt: findEnd(certificate) },
    { kind: "certificate authority", expiresAt: findEnd(authorities) },
  ]);
  expect(listEndings(token())).toEqual([]);
  expect(listEndings({})).toEqual([]);
});

test("an end is near when it is announced, and stays so once it is over", () => {
  const near = (days: number) => listNearEndings(token(END), END - days * DAY).length;
  expect([31, 30, 1, 0, -5].map(near)).toEqual([0, 1, 1, 1, 1]);
  expect(listNearEndings(token(), END)).toEqual([]);
});

test("each of 30, 7 and 1 days before the end has a subject of its own", () => {
  expect(daysBefore(31)).toEqual([]);
  expect(daysBefore(30)).toEqual([[`bearer token 30 ${END}`, 30]]);
  expect(daysBefore(8)).toEqual([[`bearer token 30 ${END}`, 8]]);
  expect(daysBefore(7)).toEqual([[`bearer token 7 ${END}`, 7]]);
  expect(daysBefore(1)).toEqual([[`bearer token 1 ${END}`, 1]]);
  expect(daysBefore(-1)).toEqual([[`bearer token 1 ${END}`, 0]]);
});

test("a token is told by the name of its receiver, a certificate by its kind", () => {
  const now = END - DAY;
  expect(announceEndings(token(END), "Build", now)).toEqual([
    {
      subject: `bearer token 1 ${END}`,
      event: "token.expiring",
      facts: { state: "expiring", since: now, daysLeft: 1, expiresAt: END, token: "Build" },
    },
  ]);
  const at = findEnd(certificate) - DAY;
  const tls = { value: { client: { certificate, key: "" } }, since: 1 };
  expect(announceEndings({ tls }, "Build", at)).toMatchObject([
    { event: "certificate.expiring", facts: { certificate: "client certificate", daysLeft: 1 } },
  ]);
  expect(announceEndings({}, "Build", at)).toEqual([]);
});
