/** Code for pages that explain how to verify a request. A test runs it against requests that Callboard signed. */

const byToken = `import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * Returns the claims of a genuine request, throws for any other. target: path below
 * your baseUrl and query, as received, such as "/webhooks/created?board=7".
 */
export function verifyToken({ method, target, headers }, sharedSecret) {
  const token = (headers.authorization ?? "").replace(/^JWT /, "");
  const [header, payload = "", signature = ""] = token.split(".");
  const expected = createHmac("sha256", sharedSecret).update(\`\${header}.\${payload}\`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Error("The signature doesn't match");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  if (!(claims.exp > Date.now() / 1000 - 30)) throw new Error("The token has expired");
  if (claims.qsh !== hashRequest(method, target)) throw new Error("The token is for another URL");
  return claims;
}

function hashRequest(method, target) {
  const [path, ...rest] = target.split("?");
  const values = new Map();
  for (const [name, value] of new URLSearchParams(rest.join("?"))) {
    if (name !== "jwt") values.set(name, [...(values.get(name) ?? []), value]);
  }
  const query = [...values]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, all]) => \`\${encode(name)}=\${all.sort().map(encode).join(",")}\`)
    .join("&");
  const rooted = path.replaceAll("&", "%26").replace(/(.)\\/$/, "$1") || "/";
  return createHash("sha256").update(\`\${method}&\${rooted}&\${query}\`).digest("hex");
}

const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => \`%\${each.charCodeAt(0).toString(16).toUpperCase()}\`);
`;

const toolkit = (
  event: string,
  path: string,
): string => `import { createAddon, createFileTenants } from "callboard/addon";
import express from "express";
import descriptor from "./atlassian-connect.json" with { type: "json" };

const addon = createAddon({
  descriptor,
  baseUrl: "https://addon.example.com",
  tenants: createFileTenants("tenants.json"),
});

// Called for verified requests only: ${path}
addon.on(${JSON.stringify(event)}, async (event) => {
  console.log(event.deliveryId, event.body);
});

express().use(addon.router).listen(8080);
`;

/** @param key an expression for the key of the signature */
const byBody = (
  key: string,
  parameter: string,
  imports: string,
): string => `import { ${imports} } from "node:crypto";

/** Throws unless the body is genuine. body: the bytes as received, before they are parsed. */
export function verifyBody({ headers, body }, ${parameter}) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
  if (!(Math.abs(Date.now() / 1000 - timestamp) <= 300)) throw new Error("The signature is too old");
  const key = ${key};
  const expected = createHmac("sha256", key).update(\`\${id}.\${timestamp}.\`).update(body).digest("base64");
  const isGenuine = signatures.split(" ").some((each) => {
    const [given, own] = [Buffer.from(each), Buffer.from(\`v1,\${expected}\`)];
    return given.length === own.length && timingSafeEqual(given, own);
  });
  if (!isGenuine) throw new Error("The signature doesn't match");
}
`;

export interface VerifyCode {
  /** Undefined for products without add-ons. */
  readonly toolkit: string | undefined;
  /** Verifies method and URL. Undefined for products without add-ons. */
  readonly token: string | undefined;
  readonly body: string;
}

/** @param path the path that the example descriptor names */
export function createVerifyCode(hasAddons: boolean, event: string, path: string): VerifyCode {
  if (!hasAddons) {
    const key = `Buffer.from(secret.replace(/^whsec_/, ""), "base64")`;
    return {
      toolkit: undefined,
      token: undefined,
      body: byBody(key, "secret", "createHmac, timingSafeEqual"),
    };
  }
  const key = `hkdfSync("sha256", sharedSecret, "", "callboard-webhook-signature", 32)`;
  return {
    toolkit: toolkit(event, path),
    token: byToken,
    body: byBody(`Buffer.from(${key})`, "sharedSecret", "createHmac, hkdfSync, timingSafeEqual"),
  };
}
