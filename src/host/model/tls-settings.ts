/**
 * TLS of a receiver's own: the client certificate that Callboard presents, and the authorities that the receiver's certificate is
 * verified with. Pure; the time is an argument.
 */
import { X509Certificate, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { ErrorCode, Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import { refuse } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** PEM texts. At least one of the members is there. */
export interface TlsSettings {
  /** The certificate that Callboard presents, with its chain, and its private key. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** Trusted in place of the well-known authorities. */
  readonly authorities?: string;
}

/** A certificate as it can be shown. */
export interface ShownCertificate {
  readonly subject: string;
  /** SHA-256, as pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

const MAX_CERTIFICATES_LENGTH = 64 * 1_024;
const MAX_KEY_LENGTH = 16 * 1_024;
const MAX_CERTIFICATES = 20;
const MEMBERS: ReadonlySet<string> = new Set(["certificate", "key", "authorities"]);

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g;
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Reads `{ certificate, key, authorities }` as the API has it. A refusal has every problem; it never quotes a key. */
export function readTlsSettings(given: unknown, pointer: string, now: number): Reading<TlsSettings> {
  if (!isObject(given)) return refuse([problem(pointer, "must be an object", "CERTIFICATE_INVALID")]);
  const certificate = readMember(given, "certificate");
  const key = readMember(given, "key");
  const authorities = readMember(given, "authorities");
  const chain =
    certificate === undefined ? undefined : readCertificates(certificate, `${pointer}/certificate`, now);
  const trusted =
    authorities === undefined ? undefined : readCertificates(authorities, `${pointer}/authorities`, now);
  const privateKey = key === undefined ? undefined : readKey(key, `${pointer}/key`);
  const problems = [
    ...unknownMembers(given, pointer),
    ...[chain, trusted, privateKey].flatMap((reading) =>
      reading?.kind === "refused" ? reading.problems : [],
    ),
    ...missingMembers({ certificate, key, authorities }, pointer),
    ...pairProblems(chain, privateKey, pointer),
  ];
  if (problems.length > 0) return refuse(problems);
  return {
    kind: "value",
    value: {
      ...(typeof certificate === "string" && typeof key === "string" ? { client: { certificate, key } } : {}),
      ...(typeof authorities === "string" ? { authorities } : {}),
    },
  };
}

function unknownMembers(given: object, pointer: string): readonly Problem[] {
  return Object.keys(given)
    .filter((name) => !MEMBERS.has(name))
    .map((name) =>
      problem(
        `${pointer}/${name.slice(0, 100).toWellFormed()}`,
        "is not a member of tls",
        "CERTIFICATE_INVALID",
      ),
    );
}

function missingMembers(
  { certificate, key, authorities }: Readonly<Record<"certificate" | "key" | "authorities", unknown>>,
  pointer: string,
): readonly Problem[] {
  if (certificate === undefined && key === undefined) {
    const detail = "must have a certificate with its key, or authorities";
    return authorities === undefined ? [problem(pointer, detail, "CERTIFICATE_INVALID")] : [];
  }
  if (key === undefined) {
    return [problem(`${pointer}/key`, "must be given with the certificate", "CERTIFICATE_KEY")];
  }
  if (certificate === undefined) {
    return [problem(`${pointer}/certificate`, "must be given with the key", "CERTIFICATE_INVALID")];
  }
  return [];
}

function pairProblems(
  chain: Reading<readonly X509Certificate[]> | undefined,
  key: Reading<KeyObject> | undefined,
  pointer: string,
): readonly Problem[] {
  if (chain?.kind !== "value" || key?.kind !== "value") return [];
  if (chain.value[0]?.checkPrivateKey(key.value) === true) return [];
  const detail = "is not the key of the certificate, which has to be the first one";
  return [problem(`${pointer}/key`, detail, "CERTIFICATE_KEY")];
}

/** Null and "" are as if left out. */
function readMember(given: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = given[name];
  return value === null || value === "" ? undefined : value;
}

function readCertificates(text: unknown, pointer: string, now: number): Reading<readonly X509Certificate[]> {
  const refused = (detail: string, code: ErrorCode = "CERTIFICATE_INVALID") =>
    refuse([problem(pointer, detail, code)]);
  if (typeof text !== "string" || text.length > MAX_CERTIFICATES_LENGTH) {
    return refused(`must be a PEM text of at most ${MAX_CERTIFICATES_LENGTH / 1_024} KiB`);
  }
  if (text.includes("PRIVATE KEY-----")) return refused("must not contain a private key");
  const blocks = text.match(CERTIFICATE_BLOCK) ?? [];
  if (blocks.length === 0)
    return refused("must be PEM: -----BEGIN CERTIFICATE-----, base64, -----END CERTIFICATE-----");
  if (blocks.length > MAX_CERTIFICATES) return refused(`must have at most ${MAX_CERTIFICATES} certificates`);
  const certificates: X509Certificate[] = [];
  for (const [index, block] of blocks.entries()) {
    const certificate = parseCertificate(block);
    const which = blocks.length === 1 ? "" : `: certificate ${index + 1}`;
    if (certificate === undefined) return refused(`can't be read as X.509${which}`);
    if (Date.parse(certificate.validTo) <= now) {
      const end = new Date(certificate.validTo).toISOString();
      return refused(`has expired on ${end}${which}`, "CERTIFICATE_EXPIRED");
    }
    certificates.push(certificate);
  }
  return { kind: "value", value: certificates };
}

function parseCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function readKey(text: unknown, pointer: string): Reading<KeyObject> {
  const refused = (detail: string) => refuse([problem(pointer, detail, "CERTIFICATE_KEY")]);
  if (typeof text !== "string" || text.length > MAX_KEY_LENGTH) {
    return refused(`must be a PEM text of at most ${MAX_KEY_LENGTH / 1_024} KiB`);
  }
  if (ENCRYPTED_KEY.test(text)) {
    return refused(
      "is encrypted: decrypt it first, for example with openssl pkey. Callboard encrypts what it stores",
    );
  }
  try {
    return { kind: "value", value: createPrivateKey(text) };
  } catch {
    return refused("must be an unencrypted private key in PEM, such as -----BEGIN PRIVATE KEY-----");
  }
}

const problem = (pointer: string, detail: string, code: ErrorCode): Problem => ({ pointer, detail, code });

/** The certificates of a stored PEM text, the client's own first. */
export function listCertificates(pem: string | undefined): readonly ShownCertificate[] {
  return (pem?.match(CERTIFICATE_BLOCK) ?? []).flatMap((block) => {
    const certificate = parseCertificate(block);
    if (certificate === undefined) return [];
    const { subject, fingerprint256, validTo } = certificate;
    return [
      {
        // Undefined for an empty subject, which a certificate with alternative names can have.
        subject: ((subject as string | undefined) ?? "").replaceAll("\n", ", "),
        fingerprint: fingerprint256,
        expiresAt: Date.parse(validTo),
      },
    ];
  });
}

/** Returns the first end of the certificates, epoch ms. Undefined without any. */
export function firstExpiry(certificates: readonly ShownCertificate[]): number | undefined {
  return certificates.length === 0 ? undefined : Math.min(...certificates.map(({ expiresAt }) => expiresAt));
}
