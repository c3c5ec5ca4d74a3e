/** A site that sends to an Inspector by itself, where a test wants to choose every byte. */
import { signAsHost } from "../../src/addon/index.ts";
import { createInspector } from "../../src/inspector/index.ts";
import type { Inspector, InspectorOptions } from "../../src/inspector/index.ts";
import type { Capture } from "../../src/inspector/capture.ts";
import { signInstall } from "../../src/protocol/sign-install.ts";
import type { HostKeys } from "./host-keys.ts";
import { rawRequest } from "./raw-request.ts";
import type { RawAnswer } from "./raw-request.ts";

const CLIENT_KEY = "site-1";
export const SECRET = "the-shared-secret-of-site-1";

export interface InspectorSite {
  readonly inspector: Inspector;
  readonly url: string;
  readonly port: number;
  readonly captures: readonly Capture[];
  /** Sends a webhook to `path`, signed as a host does it unless `change` says otherwise. */
  readonly send: (path: string, body: string | Buffer, change?: SendChange) => Promise<RawAnswer>;
  readonly stop: () => Promise<void>;
}

export interface SendChange {
  readonly deliveryId?: string;
  readonly secret?: string;
  /** The path that the token is made for. */
  readonly signedFor?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts an Inspector and installs it. Its host has the keys given, and an API that nobody answers. */
export async function startInspectorSite(
  keys: HostKeys,
  options: Partial<InspectorOptions> = {},
): Promise<InspectorSite> {
  const captures: Capture[] = [];
  const inspector = createInspector({
    host: { url: keys.url, call: () => Promise.reject(new Error("nobody answers there")) },
    port: 0,
    onCapture: (capture) => void captures.push(capture),
    ...options,
  });
  const url = await inspector.start();
  const port = Number(new URL(url).port);
  const token = signInstall({
    kid: "k-1",
    privateKey: keys.goodKey,
    issuer: CLIENT_KEY,
    url: `${url}/installed`,
    baseUrl: url,
    nowSeconds: Math.floor(Date.now() / 1000),
  });
  const tenant = { clientKey: CLIENT_KEY, sharedSecret: SECRET, baseUrl: keys.url, productType: "jira" };
  const installed = JSON.stringify({ key: "callboard-inspector", eventType: "installed", ...tenant });
  await rawRequest(port, "POST", "/installed", { authorization: `JWT ${token}` }, installed);

  return {
    inspector,
    url,
    port,
    captures,
    send: (path, body, change = {}) => {
      const bytes = Buffer.from(body);
      const signed = signAsHost({
        clientKey: CLIENT_KEY,
        sharedSecret: change.secret ?? SECRET,
        url: url + (change.signedFor ?? path),
        baseUrl: url,
        body: bytes,
        deliveryId: change.deliveryId ?? `dlv_${captures.length}`,
        at: Date.now(),
      });
      const headers = { "content-type": "application/json", ...signed, ...change.headers };
      return rawRequest(port, "POST", path, headers, bytes);
    },
    stop: inspector.stop,
  };
}
