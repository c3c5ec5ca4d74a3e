/** What an attacker of an add-on knows and has, and the tokens that come of it. */
import type { LifecycleEvent, LifecycleUrls } from "../../protocol/descriptor.ts";
import { TOKEN_LIFETIME_SECONDS } from "../../protocol/token.ts";
import type { SentRequest } from "../exchange.ts";
import { forgeToken, hashRequest } from "../forge.ts";
import type { JsonObject, Signer } from "../forge.ts";
import type { Stranger } from "../stranger.ts";
import type { HostKey } from "../temporary-host.ts";
import type { Tenant, Webhook } from "../tenant.ts";

/** Everything that the attacks of a run are made of. */
export interface Scene {
  readonly addonKey: string;
  readonly baseUrl: string;
  /** baseUrl as the descriptor spells it: the audience of a signed install. */
  readonly audience: string;
  readonly lifecycle: LifecycleUrls;
  readonly hostUrl: string;
  /** The site under attack. */
  readonly own: Tenant;
  /** Another site of the host, which attacks. */
  readonly other: Tenant;
  readonly hostKey: HostKey;
  readonly stranger: Pick<Stranger, "kid" | "privateKey" | "publicKey" | "url">;
  /** Secret and clientKey that the attacker made up. */
  readonly madeUp: Pick<Tenant, "clientKey" | "sharedSecret">;
  readonly nowSeconds: number;
}

/** One forged request. */
export interface Shot {
  readonly what: string;
  readonly request: SentRequest;
}

/** Differences from a good token: members of header and claims, of which undefined leaves one out, and the signer. */
export interface Changes {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly signer?: Signer;
}

/** The claims of a good HS256 token for a POST to the URL. */
export function webhookClaims({ own, nowSeconds, baseUrl }: Scene, url: string): JsonObject {
  return {
    iss: own.clientKey,
    iat: nowSeconds,
    exp: nowSeconds + TOKEN_LIFETIME_SECONDS,
    qsh: hashRequest("POST", url, baseUrl),
  };
}

/** The token of a webhook or of an `enabled` or `disabled` callback. */
export function webhookToken(scene: Scene, { url }: Pick<Webhook, "url">, changes: Changes = {}): string {
  return forgeToken({
    header: { typ: "JWT", alg: "HS256", ...changes.header },
    claims: { ...webhookClaims(scene, url), ...changes.claims },
    signer: changes.signer ?? { secret: scene.own.sharedSecret },
  });
}

/** The token of an `installed` or `uninstalled` callback. `what` makes it another one than those of the same second. */
export function installToken(
  scene: Scene,
  event: LifecycleEvent,
  what: string,
  changes: Changes = {},
): string {
  const { hostKey, own, nowSeconds, audience, baseUrl } = scene;
  return forgeToken({
    header: { alg: "RS256", typ: "JWT", kid: hostKey.kid, ...changes.header },
    claims: {
      iss: own.clientKey,
      aud: [audience],
      iat: nowSeconds,
      exp: nowSeconds + TOKEN_LIFETIME_SECONDS,
      qsh: hashRequest("POST", callbackUrl(scene, event), baseUrl),
      jti: `${scene.madeUp.clientKey} ${what}`,
      ...changes.claims,
    },
    signer: changes.signer ?? { key: hostKey.privateKey },
  });
}

export const callbackUrl = ({ baseUrl, lifecycle }: Scene, event: LifecycleEvent): string =>
  baseUrl + (lifecycle[event] ?? "");

/** The body of a callback in the name of a site. `sharedSecret` is left out unless it is given. */
export function callbackBody(
  { addonKey, hostUrl, own }: Scene,
  event: LifecycleEvent,
  { clientKey, sharedSecret }: { readonly clientKey: string; readonly sharedSecret?: string },
): Buffer {
  return Buffer.from(
    JSON.stringify({
      key: addonKey,
      clientKey,
      ...(sharedSecret === undefined ? {} : { sharedSecret }),
      baseUrl: `${hostUrl}/${own.siteKey}`,
      productType: own.productType,
      description: "Forged",
      eventType: event,
    }),
  );
}
