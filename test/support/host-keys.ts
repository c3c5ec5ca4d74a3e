/** A key server of the tests with one key of every kind, and the private keys that belong to it. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { gzipSync } from "node:zlib";
import { createSigningKey } from "../../src/protocol/signing-key.ts";
import { listen } from "./listen.ts";
import type { Listening } from "./listen.ts";

export interface HostKeys extends Listening {
  readonly goodKey: KeyObject;
  readonly attackersKey: KeyObject;
  /** Kids in the order they were asked for. */
  readonly asked: readonly string[];
}

const formatPem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();

/** Also answers `k-gzip` with an encoded key, `k-moved` with a redirect to a good key, and `k-broken` with an error. */
export async function startHostKeys(): Promise<HostKeys> {
  const good = await createSigningKey();
  const attacker = await createSigningKey();
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const answers: Readonly<Record<string, string>> = {
    "k-1": good.publicPem,
    "k-weak": formatPem(weak.publicKey),
    "k-ec": formatPem(curve.publicKey),
    "k-html": "<!doctype html><title>Sign in</title>",
  };
  const asked: string[] = [];
  const server = await listen((request, response) => {
    const kid = (request.url ?? "").split("/").at(-1) ?? "";
    asked.push(kid);
    const answer = answers[kid];
    if (kid === "k-moved") response.writeHead(302, { location: "/keys/k-1" }).end();
    else if (kid === "k-broken") response.writeHead(500).end();
    else if (kid === "k-gzip")
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(good.publicPem));
    else if (kid === "k-not-gzip")
      response.writeHead(200, { "content-encoding": "gzip" }).end(good.publicPem);
    else if (kid === "k-silent") request.socket.pause();
    else response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  return {
    ...server,
    asked,
    goodKey: createPrivateKey(good.privatePem),
    attackersKey: createPrivateKey(attacker.privatePem),
  };
}
