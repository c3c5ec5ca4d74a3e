/** The token that went with a request, explained claim by claim. */
import { parseBasePath, canonicalRequest, queryStringHash, requestTarget } from "../../../protocol/qsh.ts";

export interface ClaimRow {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
  /** When the claim is a time, epoch ms. */
  readonly at: number | undefined;
}

export interface TokenView {
  readonly claims: readonly ClaimRow[];
  /** Canonical request that the qsh was computed from. */
  readonly canonical: string;
  readonly qshMatches: boolean;
}

const MEANINGS: Readonly<Record<string, string>> = {
  iss: "issuer: the clientKey of the site",
  iat: "signed at",
  exp: "valid until; each attempt has a new token",
  qsh: "hash of method, path and query",
  aud: "audience: the add-on's baseUrl",
  sub: "user",
};

export function tokenView(
  claims: Readonly<Record<string, unknown>>,
  url: string,
  baseUrl: string | undefined,
): TokenView {
  const basePath = baseUrl === undefined ? "" : parseBasePath(baseUrl);
  const canonical = canonicalRequest("POST", requestTarget(url), basePath);
  return {
    claims: Object.entries(claims).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
      meaning: MEANINGS[name] ?? "",
      at: (name === "iat" || name === "exp") && typeof value === "number" ? value * 1000 : undefined,
    })),
    canonical,
    qshMatches: claims["qsh"] === queryStringHash(canonical),
  };
}
