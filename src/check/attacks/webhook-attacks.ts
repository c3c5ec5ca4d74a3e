/** Attacks on webhooks: forged, stolen and worn-out tokens of the shared secret. */
import { signBody, deriveBodyKey } from "../../protocol/body-signature.ts";
import { WEBHOOK_IDENTIFIER } from "../../protocol/headers.ts";
import { hashRequest, forgeToken, withClaims } from "../forge.ts";
import { POST_HEADERS } from "../tenant.ts";
import type { Tenant, Webhook } from "../tenant.ts";
import { webhookClaims, webhookToken } from "./scene.ts";
import type { Changes, Scene, Shot } from "./scene.ts";

export type WebhookAttack = (scene: Scene, webhook: Webhook) => readonly Shot[];

interface Carried {
  readonly url?: string;
  readonly authorization: string | undefined;
  /** The secret of the body's signature, by which add-ons on Callboard's toolkit know a body. */
  readonly bodySecret?: string;
}

function shot(what: string, scene: Scene, webhook: Webhook, carried: Carried): Shot {
  const { url = webhook.url, authorization, bodySecret = scene.own.sharedSecret } = carried;
  const { body } = webhook;
  const id = `dlv_check-${scene.nowSeconds}-${what.replaceAll(/\W+/g, "-")}`;
  const signed = signBody({
    id,
    timestampSeconds: scene.nowSeconds,
    body,
    keys: [deriveBodyKey(bodySecret)],
  });
  return {
    what,
    request: {
      method: "POST",
      url,
      headers: [
        ...POST_HEADERS,
        ...(authorization === undefined ? [] : [["authorization", authorization] as const]),
        [WEBHOOK_IDENTIFIER, id],
        ...Object.entries(signed),
      ],
      body,
    },
  };
}

/** One shot for each differing token. */
function tokens(
  differing: Readonly<Record<string, (scene: Scene, webhook: Webhook) => Changes>>,
): WebhookAttack {
  return (scene, webhook) =>
    Object.entries(differing).map(([what, change]) =>
      shot(what, scene, webhook, {
        authorization: `JWT ${webhookToken(scene, webhook, change(scene, webhook))}`,
      }),
    );
}

/** Tokens that no library would make. */
function texts(
  differing: Readonly<Record<string, (scene: Scene, webhook: Webhook) => string>>,
): WebhookAttack {
  return (scene, webhook) =>
    Object.entries(differing).map(([what, make]) =>
      shot(what, scene, webhook, { authorization: `JWT ${make(scene, webhook)}` }),
    );
}

/** The same token, sent to the URL with something added to its query. */
const withQuery = (url: string, added: string): string => `${url}${url.includes("?") ? "&" : "?"}${added}`;

const secret = (text: string) => ({ signer: { secret: text } });

export const WEBHOOK_ATTACKS = {
  "token.missing": (scene, webhook) => [
    shot("no Authorization header", scene, webhook, { authorization: undefined }),
    shot("an empty token", scene, webhook, { authorization: "JWT " }),
  ],
  "token.in-query": (scene, webhook) => [
    shot("a good token in the URL", scene, webhook, {
      url: withQuery(webhook.url, `jwt=${webhookToken(scene, webhook)}`),
      authorization: undefined,
    }),
  ],
  "token.tampered": texts({
    "changed claims with the old signature": (scene, webhook) =>
      withClaims(webhookToken(scene, webhook), { ...webhookClaims(scene, webhook.url), sub: "admin" }),
    "a changed signature": (scene, webhook) => {
      const token = webhookToken(scene, webhook);
      const at = token.lastIndexOf(".") + 5;
      return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    },
  }),
  "token.alg-none": tokens({
    "the algorithm none": () => ({ header: { alg: "none" }, signer: "nobody" }),
    "the algorithm nOnE": () => ({ header: { alg: "nOnE" }, signer: "nobody" }),
  }),
  "token.truncated": texts({
    "an empty signature": (scene, webhook) => webhookToken(scene, webhook, { signer: "nobody" }),
    "two segments": (scene, webhook) => webhookToken(scene, webhook, { signer: "nobody" }).slice(0, -1),
  }),
  "token.algorithm": tokens({
    "HS384 with the right secret": ({ own }) => ({
      header: { alg: "HS384" },
      signer: { secret: own.sharedSecret, hash: "sha384" },
    }),
    "RS256 with the key of signed install": ({ hostKey }) => ({
      header: { alg: "RS256", kid: hostKey.kid },
      signer: { key: hostKey.privateKey },
    }),
  }),
  "token.foreign-secret": (scene, webhook) => [
    shot("the secret of another site", scene, webhook, {
      authorization: `JWT ${webhookToken(scene, webhook, secret(scene.other.sharedSecret))}`,
      bodySecret: scene.other.sharedSecret,
    }),
  ],
  "token.empty-secret": tokens({
    "an empty secret": () => secret(""),
    "the secret undefined": () => secret("undefined"),
    "the secret null": () => secret("null"),
  }),
  "token.expired": tokens({
    "expired ten minutes ago": ({ nowSeconds }) => ({
      claims: { iat: nowSeconds - 780, exp: nowSeconds - 600 },
    }),
  }),
  "token.without-expiry": tokens({ "no exp": () => ({ claims: { exp: undefined } }) }),
  "token.endless": texts({
    "exp is 1e999": (scene, webhook) => {
      const claims = JSON.stringify({ ...webhookClaims(scene, webhook.url), exp: "1e999" });
      return forgeToken({
        header: { typ: "JWT", alg: "HS256" },
        claims: claims.replace('"1e999"', "1e999"),
        signer: { secret: scene.own.sharedSecret },
      });
    },
  }),
  "token.early": tokens({
    "nbf is ten minutes ahead": ({ nowSeconds }) => ({ claims: { nbf: nowSeconds + 600 } }),
  }),
  "token.issuer-unknown": tokens({
    "an unknown iss, signed with a made-up secret": ({ madeUp }) => ({
      claims: { iss: madeUp.clientKey },
      ...secret(madeUp.sharedSecret),
    }),
    "an unknown iss, signed with the secret of a site": ({ madeUp }) => ({
      claims: { iss: madeUp.clientKey },
    }),
  }),
  "token.issuer-missing": tokens({ "no iss": () => ({ claims: { iss: undefined } }) }),
  "token.issuer-type": tokens({
    "iss is a database query": ({ madeUp }) => ({
      claims: { iss: { $ne: null } },
      ...secret(madeUp.sharedSecret),
    }),
    "iss is a list": ({ own }) => ({ claims: { iss: [own.clientKey] } }),
    "iss is __proto__": () => ({ claims: { iss: "__proto__" }, ...secret("") }),
  }),
  "token.qsh-missing": tokens({ "no qsh": () => ({ claims: { qsh: undefined } }) }),
  "token.qsh-path": tokens({
    "signed for another path": ({ baseUrl }) => ({
      claims: { qsh: hashRequest("POST", `${baseUrl}/callboard-check-elsewhere`, baseUrl) },
    }),
    "a qsh of zeros": () => ({ claims: { qsh: "0".repeat(64) } }),
  }),
  "token.qsh-query": (scene, webhook) => {
    const [bare = ""] = webhook.url.split("?");
    const ofBare = webhookToken(scene, { url: bare });
    const addedTo = (added: string, token: string) => ({
      url: withQuery(webhook.url, added),
      authorization: `JWT ${token}`,
    });
    return [
      ...["user_id=admin", "__proto__=admin"].map((added) =>
        shot(`${added} added to the query`, scene, webhook, addedTo(added, webhookToken(scene, webhook))),
      ),
      shot("signed for the path alone, with a query", scene, webhook, addedTo("user_id=admin", ofBare)),
    ];
  },
  "token.qsh-method": tokens({
    "signed for GET": ({ baseUrl }, { url }) => ({ claims: { qsh: hashRequest("GET", url, baseUrl) } }),
  }),
  "token.qsh-context": tokens({
    "the token of a page, with context-qsh": () => ({ claims: { qsh: "context-qsh" } }),
  }),
} satisfies Record<string, WebhookAttack>;

/** The attack of a site that has uninstalled the add-on, with the secret that it had. */
export function attackAsGone(scene: Scene, webhook: Webhook, { clientKey, sharedSecret }: Tenant): Shot {
  const token = webhookToken(scene, webhook, { claims: { iss: clientKey }, ...secret(sharedSecret) });
  return shot("the secret of a site that has uninstalled the add-on", scene, webhook, {
    authorization: `JWT ${token}`,
    bodySecret: sharedSecret,
  });
}
