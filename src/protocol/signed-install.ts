/**
 * The add-on's side of signed install: `installed` and `uninstalled` callbacks have an RS256 token. The add-on fetches the
 * public key by `kid` from a key server of its own configuration.
 * Source: developer.atlassian.com/cloud/jira/platform/understanding-jwt, "Signed install callbacks".
 */
import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { AsymmetricAlgorithm, decodeAsymmetric } from "atlassian-jwt";
import { checkAudience, checkQsh, checkTimes, concludeToken } from "./claims.ts";
import { checkHeader, readIssuer, shown, skipAll } from "./parsed-token.ts";
import type { ParsedToken } from "./parsed-token.ts";
import type { TokenRequest } from "./qsh.ts";
import { MIN_KEY_BITS } from "./signing-key.ts";
import { bad, ok } from "./verdict.ts";
import type { Check, TokenVerdict } from "./verdict.ts";

const KEY_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Returns the token's `kid` if it is a valid key ID. No other value may become part of a URL. */
export function findKeyId(token: ParsedToken): string | undefined {
  const { kid } = token.header;
  return typeof kid === "string" && KEY_ID.test(kid) ? kid : undefined;
}

/** Parses the response of a key server. Returns undefined unless it is an RSA public key of at least 2,048 bits. */
export function toPublicKey(pem: string): KeyObject | undefined {
  if (!pem.trimStart().startsWith("-----BEGIN PUBLIC KEY-----")) return undefined;
  try {
    const key = createPublicKey({ key: pem.trim(), format: "pem" });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === "rsa" && bits >= MIN_KEY_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Result of looking a key ID up. */
export type KeyLookup =
  | {
      readonly kind: "found";
      readonly key: KeyObject;
      /** True if the key server is a Callboard, which signs every body. */
      readonly isCallboard?: boolean;
    }
  | { readonly kind: "unknown" }
  /** The claims are refused for any signature, so the key was not fetched. */
  | { readonly kind: "not-asked" }
  | { readonly kind: "unusable" }
  | { readonly kind: "unavailable"; readonly reason: string };

export interface InstallExpectations {
  /** Result for the token's `kid`. Undefined if the `kid` was refused before the lookup. */
  readonly lookup: KeyLookup | undefined;
  readonly request: TokenRequest;
  /** The add-on's baseUrls that `aud` can name. */
  readonly baseUrls: readonly string[];
  readonly nowSeconds: number;
}

/** Verifies the token of an `installed` or `uninstalled` callback. Reports every check and never throws. */
export function verifyInstall(token: ParsedToken, expected: InstallExpectations): TokenVerdict {
  const header = checkHeader(token, "RS256");
  if (header.some((check) => check.state === "bad")) {
    const rest = skipAll(
      ["key", "issuer", "signature", "time", "audience", "qsh"],
      "The algorithm is not accepted.",
    );
    return concludeToken(token, [...header, ...rest]);
  }
  const claims = checkInstallClaims(token, expected);
  const isRefused = claims.some((check) => check.state === "bad");
  const key =
    expected.lookup?.kind === "not-asked" && !isRefused
      ? [
          bad("key", "JWT_KID_UNKNOWN", "it was not fetched"),
          ...skipAll(["signature"], "No key to check it with."),
        ]
      : checkKey(token, expected.lookup);
  return concludeToken(token, [...header, ...key, ...claims]);
}

/** Makes the checks that need no key: issuer, times, audience and qsh. */
export function checkInstallClaims(
  token: ParsedToken,
  expected: Omit<InstallExpectations, "lookup">,
): readonly Check[] {
  return [
    checkIssuer(token),
    checkTimes(token, expected.nowSeconds),
    checkAudience(token, expected.baseUrls, "required"),
    checkQsh(token, expected.request),
  ];
}

function checkKey(token: ParsedToken, lookup: KeyLookup | undefined): readonly Check[] {
  const kid = findKeyId(token);
  const unchecked = skipAll(["signature"], "No key to check it with.");
  if (kid === undefined || lookup === undefined) {
    return [bad("key", "JWT_KID", shown(token.header["kid"])), ...unchecked];
  }
  switch (lookup.kind) {
    case "unknown":
      return [bad("key", "JWT_KID_UNKNOWN", shown(kid)), ...unchecked];
    case "not-asked":
      return skipAll(["key", "signature"], "The claims are refused, so the key was not fetched.");
    case "unusable":
      return [bad("key", "JWT_KEY_BAD", shown(kid)), ...unchecked];
    case "unavailable":
      return [bad("key", "KEY_SERVER_UNAVAILABLE", lookup.reason), ...unchecked];
    case "found":
      return [
        ok("key", `The key server has a usable key for ${shown(kid)}.`),
        isSignedWith(token, lookup.key)
          ? ok("signature", "Signed with the host's key.")
          : bad("signature", "JWT_SIGNATURE", "signed with another key, or changed"),
      ];
  }
}

function checkIssuer(token: ParsedToken): Check {
  const issuer = readIssuer(token);
  return issuer === undefined
    ? bad("issuer", "JWT_ISS", shown(token.claims["iss"]))
    : ok("issuer", `The site ${shown(issuer)}.`);
}

function isSignedWith(token: ParsedToken, key: KeyObject): boolean {
  try {
    // The library checks the signature only. `checkInstallClaims` checks the claims more strictly.
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    decodeAsymmetric(token.text, pem, AsymmetricAlgorithm.RS256);
    return true;
  } catch {
    return false;
  }
}
