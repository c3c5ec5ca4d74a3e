/** Certificates made by openssl: an authority, and what it signs. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly certificate: string;
  /** @param days of validity */
  readonly issue: (name: string, days?: number) => KeyPair;
  readonly remove: () => void;
}

const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export function createAuthority(name = "Test authority"): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), "callboard-tls-"));
  const file = (path: string) => join(folder, path);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const read = (path: string) => readFileSync(file(path), "utf8");
  openssl(
    ...["req", "-x509", ...EC_KEY, "-days", "400", "-subj", `/CN=${name}`],
    ...["-keyout", file("ca.key"), "-out", file("ca.pem")],
  );
  let count = 0;
  return {
    certificate: read("ca.pem"),
    issue: (subject, days = 90) => {
      const at = `${(count += 1)}`;
      openssl(
        ...["req", "-new", ...EC_KEY, "-subj", `/CN=${subject}`],
        ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        ...["-keyout", file(`${at}.key`), "-out", file(`${at}.csr`)],
      );
      const signed = [
        "x509",
        "-req",
        "-in",
        file(`${at}.csr`),
        "-CA",
        file("ca.pem"),
        "-CAkey",
        file("ca.key"),
      ];
      openssl(
        ...signed,
        ...["-CAcreateserial", "-copy_extensions", "copy", "-days", String(days)],
        "-out",
        file(`${at}.pem`),
      );
      return { certificate: read(`${at}.pem`), key: read(`${at}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface OpenSslReceiver {
  readonly url: string;
  readonly close: () => void;
}

/**
 * A receiver by openssl, which tells a client by a TLS alert that its certificate is not accepted, where Node's server closes the
 * connection. It answers 204 to whatever comes.
 */
export async function startOpenSslReceiver(server: KeyPair, trusted: string): Promise<OpenSslReceiver> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-s_server-"));
  const files = { cert: server.certificate, key: server.key, CAfile: trusted };
  const named = Object.entries(files).flatMap(([option, text]) => {
    writeFileSync(join(folder, option), text);
    return [`-${option}`, join(folder, option)];
  });
  const port = await freePort();
  const strict = ["-Verify", "2", "-verify_return_error", "-quiet"];
  const child = spawn("openssl", ["s_server", "-accept", `127.0.0.1:${port}`, ...named, ...strict]);
  child.stdout.on("data", () => child.stdin.write("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"));
  await waitFor(() => canConnect(port));
  return {
    url: `https://127.0.0.1:${port}/hook`,
    close: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function canConnect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}

/** The same key, encrypted with a password. */
export function encryptKey(key: string): string {
  return execFileSync("openssl", ["pkey", "-aes256", "-passout", "pass:word"], { input: key }).toString();
}
