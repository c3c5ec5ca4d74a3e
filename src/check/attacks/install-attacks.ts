/** Attacks on the lifecycle callbacks: whoever gets one accepted owns the site at the add-on. */
import type { LifecycleEvent } from "../../protocol/descriptor.ts";
import { hashRequest } from "../forge.ts";
import { CALLBACK_HEADERS } from "../tenant.ts";
import type { Tenant } from "../tenant.ts";
import { callbackBody, callbackUrl, installToken, webhookToken } from "./scene.ts";
import type { Changes, Scene, Shot } from "./scene.ts";

export interface LifecycleAttack {
  /** The callback that is attacked; without it in the descriptor the attack doesn't apply. */
  readonly on: LifecycleEvent;
  /** The token is genuine, and only the body is refused. */
  readonly isAuthentic?: true;
  readonly shots: (scene: Scene) => readonly Shot[];
}

interface Forged {
  readonly token: string | undefined;
  /** Whom the body names, and with which secret. */
  readonly names: { readonly clientKey: string; readonly sharedSecret?: string };
}

function forged(what: string, scene: Scene, event: LifecycleEvent, { token, names }: Forged): Shot {
  return {
    what,
    request: {
      method: "POST",
      url: callbackUrl(scene, event),
      headers: [
        ...CALLBACK_HEADERS,
        ...(token === undefined ? [] : [["authorization", `JWT ${token}`] as const]),
      ],
      body: callbackBody(scene, event, names),
    },
  };
}

/** The site under attack with the attacker's secret. */
const takeover = ({ own, madeUp }: Scene): Forged["names"] => ({
  clientKey: own.clientKey,
  sharedSecret: madeUp.sharedSecret,
});

/** Installs that would replace the site's secret, one for each differing token. */
function installs(differing: Readonly<Record<string, (scene: Scene) => Changes>>): LifecycleAttack {
  return {
    on: "installed",
    shots: (scene) =>
      Object.entries(differing).map(([what, change]) =>
        forged(what, scene, "installed", {
          token: installToken(scene, "installed", what, change(scene)),
          names: takeover(scene),
        }),
      ),
  };
}

const unsigned = (event: LifecycleEvent, names: (scene: Scene) => Forged["names"]): LifecycleAttack => ({
  on: event,
  shots: (scene) => [forged("no token", scene, event, { token: undefined, names: names(scene) })],
});

const own = ({ own: { clientKey } }: Scene) => ({ clientKey });

/** Signed by the stranger, whose key no key server of a host has. */
const byStranger = ({ stranger }: Scene, header: Changes["header"] = {}): Changes => ({
  header: { kid: stranger.kid, ...header },
  signer: { key: stranger.privateKey },
});

export const LIFECYCLE_ATTACKS = {
  "install.unsigned-new": unsigned("installed", ({ madeUp }) => madeUp),
  "install.unsigned-known": unsigned("installed", takeover),
  "install.symmetric": {
    on: "installed",
    shots: (scene) => {
      const { madeUp } = scene;
      const url = callbackUrl(scene, "installed");
      const context = webhookToken(scene, { url }, { claims: { qsh: "context-qsh" } });
      const names = takeover(scene);
      const itsOwn = { signer: { secret: madeUp.sharedSecret } };
      return [
        forged("HS256 with the secret in its own body", scene, "installed", {
          token: webhookToken(scene, { url }, itsOwn),
          names,
        }),
        forged("HS256 with the shared secret of the site", scene, "installed", {
          token: webhookToken(scene, { url }),
          names,
        }),
        forged("the token of a page, with context-qsh", scene, "installed", { token: context, names }),
      ];
    },
  },
  "install.key-confusion": installs({
    "HS256 with the public key as the secret": ({ hostKey }) => ({
      header: { alg: "HS256" },
      signer: { secret: hostKey.publicPem },
    }),
    "HS256 with the public key, without its line end": ({ hostKey }) => ({
      header: { alg: "HS256" },
      signer: { secret: hostKey.publicPem.trim() },
    }),
  }),
  "install.stranger-key": installs({
    "the host's kid, signed with another key": ({ stranger }) => ({ signer: { key: stranger.privateKey } }),
    "the algorithm none": () => ({ header: { alg: "none" }, signer: "nobody" }),
  }),
  "install.embedded-key": installs({
    "a key in the header, as jwk": (scene) => byStranger(scene, { jwk: scene.stranger.publicKey }),
    "a key in the header, beside the host's kid": (scene) =>
      byStranger(scene, { jwk: scene.stranger.publicKey, kid: scene.hostKey.kid }),
  }),
  "install.key-url": installs({
    "a key server in the header, as jku": (scene) =>
      byStranger(scene, { jku: `${scene.stranger.url}/jwks.json` }),
    "a key server in the header, as x5u": (scene) =>
      byStranger(scene, { x5u: `${scene.stranger.url}/key.pem` }),
  }),
  "install.kid-unknown": installs({
    "a kid that the host doesn't have": (scene) => byStranger(scene),
    "a kid that the host doesn't have, with the host's key": ({ stranger }) => ({
      header: { kid: stranger.kid },
    }),
    "a kid that is the URL of a key server": (scene) =>
      byStranger(scene, { kid: `${scene.stranger.url}/key` }),
    "no kid": (scene) => byStranger(scene, { kid: undefined }),
  }),
  "install.kid-form": installs({
    "a kid with a query": ({ hostKey }) => ({ header: { kid: `${hostKey.kid}?x=` } }),
    "a kid with a path": ({ hostKey }) => ({ header: { kid: `../keys/${hostKey.kid}` } }),
    "a kid that is a list": ({ hostKey }) => ({ header: { kid: [hostKey.kid] } }),
  }),
  "install.audience": installs({
    "for another add-on": () => ({ claims: { aud: ["https://another-addon.example"] } }),
    "for an address that begins alike": ({ audience }) => ({ claims: { aud: [`${audience}.example`] } }),
    "no aud": () => ({ claims: { aud: undefined } }),
  }),
  "install.issuer": installs({
    "signed for another site": ({ other }) => ({ claims: { iss: other.clientKey } }),
    "no iss": () => ({ claims: { iss: undefined } }),
  }),
  "install.qsh": installs({
    "no qsh": () => ({ claims: { qsh: undefined } }),
    "signed for another path": ({ baseUrl }) => ({
      claims: { qsh: hashRequest("POST", `${baseUrl}/callboard-check-elsewhere`, baseUrl) },
    }),
    "context-qsh": () => ({ claims: { qsh: "context-qsh" } }),
  }),
  "install.expired": installs({
    "expired ten minutes ago": ({ nowSeconds }) => ({
      claims: { iat: nowSeconds - 780, exp: nowSeconds - 600 },
    }),
    // An add-on that refuses old callbacks as replays would not look at exp of the other one.
    "issued now, and expired ten minutes ago": ({ nowSeconds }) => ({ claims: { exp: nowSeconds - 600 } }),
  }),
  "install.without-secret": {
    on: "installed",
    isAuthentic: true,
    shots: (scene) => [
      forged("a genuine token, and no sharedSecret in the body", scene, "installed", {
        token: installToken(scene, "installed", "without secret"),
        names: own(scene),
      }),
    ],
  },
  "callback.uninstalled-unsigned": unsigned("uninstalled", own),
  "callback.uninstalled-foreign": {
    on: "uninstalled",
    shots: (scene) => [
      forged("signed for another site", scene, "uninstalled", {
        token: installToken(scene, "uninstalled", "foreign", { claims: { iss: scene.other.clientKey } }),
        names: own(scene),
      }),
    ],
  },
  "callback.disabled-unsigned": unsigned("disabled", own),
  "callback.enabled-foreign": {
    on: "enabled",
    shots: (scene) => {
      const url = callbackUrl(scene, "enabled");
      const foreign = { signer: { secret: scene.other.sharedSecret } };
      const its = { ...foreign, claims: { iss: scene.other.clientKey } };
      return [
        forged("the secret of another site", scene, "enabled", {
          token: webhookToken(scene, { url }, foreign),
          names: own(scene),
        }),
        forged("another site, in the name of this one", scene, "enabled", {
          token: webhookToken(scene, { url }, its),
          names: own(scene),
        }),
      ];
    },
  },
} satisfies Record<string, LifecycleAttack>;

/** Whom a forged callback would bring in, and with which secret, if its body has one. */
export function bringsIn({ request }: Shot): Pick<Tenant, "clientKey" | "sharedSecret"> | undefined {
  const { clientKey, sharedSecret } = JSON.parse(request.body.toString("utf8")) as Partial<Tenant>;
  return clientKey === undefined || sharedSecret === undefined ? undefined : { clientKey, sharedSecret };
}
