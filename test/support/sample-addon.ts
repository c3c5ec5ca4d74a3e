/**
 * An add-on on loopback: serves its descriptor, answers its lifecycle callbacks as told, and judges every token with the
 * protocol's own verifiers.
 */
import { createPublicKey } from "node:crypto";

import { createHmacKey, verifyToken } from "../../src/protocol/token.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { verifyInstall } from "../../src/protocol/signed-install.ts";
import { startLoopbackServer } from "./loopback-server.ts";
import type { RecordedRequest } from "./loopback-server.ts";

/** How a callback was signed, as far as it verified. */
export type Signature = "RS256" | "HS256" | "none" | `refused: ${string}`;

export interface ReceivedCallback {
  readonly event: string;
  readonly path: string;
  readonly signature: Signature;
  readonly payload: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

export interface SampleAddon {
  readonly baseUrl: string;
  readonly descriptorUrl: string;
  /** Every callback that came, in order. */
  readonly callbacks: ReceivedCallback[];
  /** The secret of the last accepted `installed`. */
  readonly secret: () => string | undefined;
  /** Changes the descriptor that is served. */
  readonly describe: (changes: Readonly<Record<string, unknown>>) => void;
  /** Answers a callback with another status from now on; 204 is the usual one. `body` is a template for the answer. */
  readonly answer: (event: string, status: number, body?: (payload: string) => string) => void;
  /** Runs before a callback is answered. */
  readonly before: (event: string, work: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

export interface SampleAddonOptions {
  readonly key?: string;
  /** The host's public key for a kid. */
  readonly findPublicKey: (kid: string) => Promise<string | undefined>;
}

export async function startSampleAddon({
  key = "org.example.bell",
  findPublicKey,
}: SampleAddonOptions): Promise<SampleAddon> {
  const callbacks: ReceivedCallback[] = [];
  const answers = new Map<string, { status: number; body: (payload: string) => string }>();
  const interludes = new Map<string, () => Promise<void>>();
  let secret: string | undefined;
  let changes: Readonly<Record<string, unknown>> = {};

  const server = await startLoopbackServer((response, request) => {
    if (request.url === "/ctx/atlassian-connect.json") {
      response.setHeader("content-type", "application/json").end(JSON.stringify(descriptor()));
      return;
    }
    void receive(request).then(({ status, body }) => response.writeHead(status).end(body));
  });
  const baseUrl = `${server.origin}/ctx`;

  function descriptor(): object {
    return {
      key,
      name: "Bell",
      baseUrl,
      authentication: { type: "jwt" },
      lifecycle: {
        installed: "/installed",
        enabled: "/enabled",
        disabled: "/disabled",
        uninstalled: "/uninstalled",
      },
      scopes: ["READ"],
      modules: { webhooks: [{ event: "jira:issue_created", url: "/hooks/created" }] },
      ...changes,
    };
  }

  async function receive(request: RecordedRequest): Promise<{ status: number; body: string }> {
    const payload = JSON.parse(request.body) as Record<string, string>;
    const event = payload["eventType"] ?? "";
    const { signature, claims } = await judge(request);
    callbacks.push({ event, path: request.url, signature, payload, claims });
    await interludes.get(event)?.();
    const answer = answers.get(event);
    const status = answer?.status ?? 204;
    if (event === "installed" && status < 300) secret = payload["sharedSecret"];
    return { status, body: answer?.body(request.body) ?? "" };
  }

  async function judge({
    headers,
    url,
    method,
  }: RecordedRequest): Promise<Pick<ReceivedCallback, "signature" | "claims">> {
    const header = headers.authorization;
    if (header === undefined) return { signature: "none", claims: undefined };
    const token = parseToken(header.replace(/^JWT /, ""));
    if (!token.ok) return { signature: `refused: ${token.code}`, claims: undefined };
    const expected = {
      request: { method, rawUrl: url, basePath: "/ctx" },
      nowSeconds: Math.floor(Date.now() / 1000),
    };
    const { kid } = token.header;
    const algorithm = token.header["alg"] === "RS256" ? "RS256" : "HS256";
    const pem = typeof kid === "string" ? await findPublicKey(kid) : undefined;
    const verdict =
      algorithm === "RS256"
        ? verifyInstall(token, {
            ...expected,
            baseUrls: [baseUrl],
            lookup: pem === undefined ? { kind: "unknown" } : { kind: "found", key: createPublicKey(pem) },
          })
        : verifyToken(token, { ...expected, keys: secret === undefined ? [] : [createHmacKey(secret)] });
    return { signature: verdict.ok ? algorithm : `refused: ${verdict.code}`, claims: token.claims };
  }

  return {
    baseUrl,
    descriptorUrl: `${baseUrl}/atlassian-connect.json`,
    callbacks,
    secret: () => secret,
    describe: (next) => {
      changes = next;
    },
    answer: (event, status, body = () => "") => answers.set(event, { status, body }),
    before: (event, work) => interludes.set(event, work),
    close: server.close,
  };
}
