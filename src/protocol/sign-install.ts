/**
 * The host's side of signed install: the RS256 tokens of `installed` and `uninstalled` callbacks.
 * Source: developer.atlassian.com/cloud/jira/platform/understanding-jwt, "Signed install callbacks".
 */
import { randomUUID } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createRequire } from "node:module";
import type * as jsonwebtoken from "jsonwebtoken";
import { TOKEN_LIFETIME_SECONDS } from "./claims.ts";
import { parseBasePath, canonicalRequest, queryStringHash, requestTarget } from "./qsh.ts";

const require = createRequire(import.meta.url);

export interface InstallToSign {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The clientKey of the site. */
  readonly issuer: string;
  /** Absolute URL of the callback, which must be sent as written. */
  readonly url: string;
  /** The add-on's baseUrl, which the qsh is relative to. */
  readonly baseUrl: string;
  /** baseUrl as the descriptor spells it, because verifiers compare with that. `baseUrl` by default. */
  readonly audience?: string;
  readonly nowSeconds: number;
  /** POST by default, as for every lifecycle callback. */
  readonly method?: string;
}

/** Signs the RS256 token of one `installed` or `uninstalled` callback, with a lifetime of {@link TOKEN_LIFETIME_SECONDS}. */
export function signInstall(install: InstallToSign): string {
  const { kid, privateKey, issuer, url, baseUrl, audience = baseUrl, nowSeconds, method = "POST" } = install;
  const claims = {
    iss: issuer,
    aud: [audience],
    iat: nowSeconds,
    exp: nowSeconds + TOKEN_LIFETIME_SECONDS,
    qsh: queryStringHash(canonicalRequest(method, requestTarget(url), parseBasePath(baseUrl))),
    // RS256 has no randomness: without `jti`, two callbacks within a second would have the same token, and the second would
    // be a replay.
    jti: randomUUID(),
  };
  // Loaded with the first callback, because a start without one needs no other JWT package.
  const { sign } = require("jsonwebtoken") as typeof jsonwebtoken;
  return sign(claims, privateKey, { algorithm: "RS256", keyid: kid });
}
