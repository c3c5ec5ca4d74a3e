/** An installed add-on that calls its host with tokens of its own, and keeps what the host sends it. */
import { createQueryStringHash, encodeSymmetric } from "atlassian-jwt";
import { signRequest } from "../../src/protocol/token.ts";
import { startReceiver } from "./http-receiver.ts";
import type { Answer, Received } from "./http-receiver.ts";
import type { Reply, TestHost } from "./host.ts";

export interface CallingAddon {
  readonly key: string;
  readonly baseUrl: string;
  /** What the host's sites answer at, without the path of the resource. */
  readonly siteUrl: string;
  readonly secret: string;
  /** Every webhook that came; lifecycle callbacks are not in it. */
  readonly webhooks: readonly Received[];
  /** What webhooks are answered from now on. */
  readonly answerWebhooks: (answer: Answer) => void;
  /** A call to a path below the site, signed for that path. */
  readonly call: (method: string, path: string, body?: unknown, change?: CallChange) => Promise<Reply>;
  readonly stop: () => Promise<void>;
}

/** What a test does wrong on purpose. */
export interface CallChange {
  readonly secret?: string;
  readonly issuer?: string;
  readonly signedPath?: string;
  readonly audience?: string;
  /** Of another site, in the path only. */
  readonly site?: string;
  readonly lifetimeSeconds?: number;
}

/** Starts it and installs it on the site. */
export async function startCallingAddon(
  host: TestHost,
  site: string,
  key: string,
  modules: object = {},
): Promise<CallingAddon> {
  const webhooks: Received[] = [];
  let secret = "";
  let answerWebhook: Answer = (_request, response) => void response.writeHead(204).end();
  const receiver = await startReceiver((request, response, count) => {
    if (request.url !== "/installed") {
      webhooks.push(request);
      return answerWebhook(request, response, count);
    }
    secret = (JSON.parse(request.body.toString()) as { sharedSecret: string }).sharedSecret;
    response.writeHead(204).end();
  });
  const descriptor = {
    key,
    name: key,
    baseUrl: receiver.url,
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    scopes: ["READ"],
    modules,
  };
  const installed = await host.call("POST", `/api/v1/sites/${site}/addons`, { descriptor });
  if (installed.status !== 201) throw new Error(`not installed: ${installed.text}`);
  const siteUrl = `${host.url}/${site}`;

  return {
    key,
    baseUrl: receiver.url,
    siteUrl,
    secret,
    webhooks,
    answerWebhooks: (answer) => {
      answerWebhook = answer;
    },
    call: (method, path, body, change = {}) => {
      const nowSeconds = Math.floor(Date.now() / 1000);
      const token =
        change.lifetimeSeconds === undefined
          ? signRequest({
              issuer: change.issuer ?? key,
              method,
              url: siteUrl + (change.signedPath ?? path),
              baseUrl: siteUrl,
              sharedSecret: change.secret ?? secret,
              nowSeconds,
              ...(change.audience === undefined ? {} : { audience: change.audience }),
            })
          : encodeSymmetric(
              {
                iss: key,
                iat: nowSeconds,
                exp: nowSeconds + change.lifetimeSeconds,
                qsh: createQueryStringHash({
                  method: method,
                  pathname: path,

                  query: {},
                }),
              },
              secret,
            );
      return host.call(method, `/${change.site ?? site}${path}`, body, { authorization: `JWT ${token}` });
    },
    stop: receiver.close,
  };
}
