/** A private certificate authority and what it signs, made by openssl. Programs trust it through NODE_EXTRA_CA_CERTS. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WORLD_DIR } from "./places.ts";

const FOLDER = join(WORLD_DIR, "certificates");

export const AUTHORITY_FILE = join(FOLDER, "authority.pem");

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Trusted: the authority whose certificate programs are given. Unknown: another. Self: the certificate itself. */
  readonly signedBy?: "trusted" | "unknown" | "self";
  readonly expired?: boolean;
}

const openssl = (...args: string[]) =>
  void execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] });

function makeKey(file: string): void {
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file);
}

function makeAuthority(name: string): void {
  const at = (ending: string) => join(FOLDER, `${name}.${ending}`);
  makeKey(at("key"));
  const subject = `/CN=Private authority ${name}`;
  openssl("req", "-x509", "-new", "-key", at("key"), "-subj", subject, "-days", "30", "-out", at("pem"));
}

export function makeAuthorities(): void {
  mkdirSync(FOLDER, { recursive: true });
  makeAuthority("authority");
  makeAuthority("unknown");
}

/** A certificate for this host name, made when it is first asked for. */
export function certificateFor(
  name: string,
  { signedBy = "trusted", expired = false }: CertificateOptions = {},
): Certificate {
  const at = (ending: string) => join(FOLDER, `${name}-${signedBy}${expired ? "-expired" : ""}.${ending}`);
  if (!existsSync(at("pem"))) {
    makeKey(at("key"));
    writeFileSync(at("ext"), `subjectAltName=DNS:${name}\n`);
    openssl("req", "-new", "-key", at("key"), "-subj", `/CN=${name}`, "-out", at("csr"));
    const authority = signedBy === "trusted" ? "authority" : "unknown";
    const signer =
      signedBy === "self"
        ? ["-key", at("key")]
        : [
            "-CA",
            join(FOLDER, `${authority}.pem`),
            "-CAkey",
            join(FOLDER, `${authority}.key`),
            "-CAcreateserial",
          ];
    const days = expired ? "-1" : "30";
    openssl(
      "x509",
      "-req",
      "-in",
      at("csr"),
      ...signer,
      "-days",
      days,
      "-extfile",
      at("ext"),
      "-out",
      at("pem"),
    );
  }
  return {
    certFile: at("pem"),
    keyFile: at("key"),
    cert: readFileSync(at("pem"), "utf8"),
    key: readFileSync(at("key"), "utf8"),
  };
}

/** What Chromium takes instead of a file: the hash of the key of a certificate that it is to trust. */
export function hashKey(certificate: Certificate): string {
  const key = new X509Certificate(certificate.cert).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
