import { readFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstExpiry, listCertificates, readTlsSettings } from "../../../../src/host/model/tls-settings.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), "utf8");
const certificate = fixture("server.pem");
const authorities = fixture("ca.pem");
const key = fixture("server.key");
const [shown] = listCertificates(certificate);
const END = shown?.expiresAt ?? 0;
const BEFORE = END - 1_000;

const read = (given: unknown, now = BEFORE) => readTlsSettings(given, "/tls", now);
const listProblems = (given: unknown, now = BEFORE) => {
  const reading = read(given, now);
  return reading.kind === "value" ? [] : reading.problems.map(({ pointer, code }) => `${pointer} ${code}`);
};
const newKey = (passphrase?: string) =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: {
      type: "pkcs8",
      format: "pem",
      ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
    },
  });

test("a certificate with its key, authorities, or both", () => {
  expect(read({ certificate, key })).toEqual({ kind: "value", value: { client: { certificate, key } } });
  expect(read({ authorities, key: null, certificate: "" })).toEqual({
    kind: "value",
    value: { authorities },
  });
  expect(read({ certificate: certificate + authorities, key, authorities })).toMatchObject({ kind: "value" });
});

describe("refused", () => {
  const CERTIFICATE = "/tls/certificate CERTIFICATE_INVALID";
  const KEY = "/tls/key CERTIFICATE_KEY";
  test.each([
    ["nothing", {}, ["/tls CERTIFICATE_INVALID"]],
    ["no object", "PEM", ["/tls CERTIFICATE_INVALID"]],
    ["another member", { authorities, pfx: "a" }, ["/tls/pfx CERTIFICATE_INVALID"]],
    ["no key", { certificate }, [KEY]],
    ["no certificate", { key }, [CERTIFICATE]],
    ["another key", { certificate, key: newKey().privateKey }, [KEY]],
    ["an encrypted key", { certificate, key: newKey("word").privateKey }, [KEY]],
    [
      "an encrypted key of the old form",
      { certificate, key: "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n" },
      [KEY],
    ],
    ["a public key", { certificate, key: newKey().publicKey }, [KEY]],
    ["a long key", { certificate, key: key + " ".repeat(16_384) }, [KEY]],
    ["no PEM", { certificate: "MIIB", key }, [CERTIFICATE]],
    ["a number", { certificate: 1, key }, [CERTIFICATE]],
    ["a long text", { certificate: certificate + " ".repeat(65_536), key }, [CERTIFICATE]],
    ["too many", { authorities: authorities.repeat(21) }, ["/tls/authorities CERTIFICATE_INVALID"]],
    [
      "a key among the authorities",
      { authorities: authorities + key },
      ["/tls/authorities CERTIFICATE_INVALID"],
    ],
    [
      "base64 of something else",
      { authorities: `${authorities}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` },
      ["/tls/authorities CERTIFICATE_INVALID"],
    ],
    ["the authority before the certificate", { certificate: authorities + certificate, key }, [KEY]],
  ])("%s", (_what, given, expected) => {
    expect(listProblems(given)).toEqual(expected);
  });

  test("a certificate that has ended, to the millisecond", () => {
    expect(listProblems({ certificate, key }, END - 1)).toEqual([]);
    expect(listProblems({ certificate, key }, END)).toEqual(["/tls/certificate CERTIFICATE_EXPIRED"]);
    const reading = read({ authorities }, 8.64e15);
    expect(reading.kind === "refused" && reading.problems[0]?.detail).toMatch(/^has expired on \d{4}-/);
  });

  test("an encrypted key says what to do, and no problem quotes a key", () => {
    const encrypted = newKey("word").privateKey;
    const reading = read({ certificate, key: encrypted });
    expect(reading.kind === "refused" && reading.problems[0]?.detail).toMatch(
      /^is encrypted: decrypt it first/,
    );
    expect(
      JSON.stringify([reading, read({ certificate: key, key: "-----BEGIN PRIVATE KEY-----\nMIIsecret" })]),
    ).not.toMatch(/MII/);
  });
});

test("whatever is given, it is read or refused with a code", () => {
  const members = fc.record({
    certificate: fc.oneof(fc.string(), fc.constant(certificate), fc.anything()),
    key: fc.oneof(fc.string(), fc.constant(key), fc.anything()),
    authorities: fc.oneof(fc.string(), fc.constant(authorities), fc.anything()),
  });
  fc.assert(
    fc.property(fc.oneof(members, fc.anything()), (given) => {
      const reading = read(given);
      if (reading.kind === "refused")
        expect(reading.problems.every(({ code }) => code !== undefined)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("certificates are shown by subject, fingerprint and end", () => {
  expect(shown).toMatchObject({ subject: expect.any(String) as string });
  expect(shown?.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(listCertificates(certificate + authorities)).toHaveLength(2);
  expect(listCertificates(undefined)).toEqual([]);
  expect(listCertificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")).toEqual([]);
});

test("the first end counts", () => {
  const ending = (expiresAt: number) => ({ subject: "", fingerprint: "", expiresAt });
  expect(firstExpiry([ending(3), ending(1), ending(2)])).toBe(1);
  expect(firstExpiry([])).toBeUndefined();
});
