/** A stranger with a key pair and a key server of its own, which no add-on may ever believe. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { createSigningKey } from "../protocol/signing-key.ts";

export interface Stranger {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: JsonWebKey;
  /** Serves the key: as JWKS at `/jwks.json`, as PEM at every other path. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Made once in a process: it takes 80 to 190 ms. */
let key: ReturnType<typeof createSigningKey> | undefined;

export async function createStranger(): Promise<Stranger> {
  const { kid, privatePem, publicPem } = await (key ??= createSigningKey());
  const jwk = createPublicKey(publicPem).export({ format: "jwk" });
  const jwks = JSON.stringify({ keys: [{ ...jwk, kid, alg: "RS256", use: "sig" }] });
  const server = createServer((request, response) => {
    response.end(request.url === "/jwks.json" ? jwks : publicPem);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    kid,
    privateKey: createPrivateKey(privatePem),
    publicKey: jwk,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
