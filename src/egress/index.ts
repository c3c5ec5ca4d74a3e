/**
 * The only door to the network. Every request, whatever its client, is checked, resolved, pinned, timed and read within
 * limits by the same rules; a redirect is never followed and a proxy never used.
 */
import { CallboardError } from "../errors.ts";
import { readAllowList } from "./allow-list.ts";
import { createConnect, type OnCertificate } from "./connect.ts";
import { createControlClient } from "./control.ts";
import { createGuard } from "./guard.ts";
import { codeOf, EgressFailure, type ExchangeResult, type Outcome, unreachable } from "./outcome.ts";
import { createPostClient, type PostClient } from "./post.ts";
import type { SocketBudget } from "./race.ts";
import { createNameResolver } from "./resolve.ts";
import { createStallWatch } from "./stall.ts";
import { createTargets } from "./targets.ts";
import type { ThisMachine } from "./this-machine.ts";
import { type AllowHttp, hostOf, type HostPort, type HttpsOnly, portOf, requireUrl } from "./url.ts";

export type { AnswerPart, CutReason, ExchangeResult, Outcome } from "./outcome.ts";
export type { HostPort, HttpsOnly } from "./url.ts";
export { decodeBody } from "./content-encoding.ts";
export { createThisMachine } from "./this-machine.ts";
export { outgoingSockets, readOpenFileLimit } from "./open-files.ts";

export interface PostRequest {
  readonly url: string;
  /** Name, value, name, value … `host`, `connection` and `content-length` are the client's own. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly httpsOnly?: HttpsOnly;
}

export type ControlMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface ControlRequest {
  readonly method: ControlMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole request; `requestTimeoutMs` when not given. */
  readonly timeoutMs?: number;
  /** The answer's body is cut after this many bytes. */
  readonly maxBytes: number;
  readonly httpsOnly?: HttpsOnly;
}

export interface Egress {
  /**
   * The check when a URL is saved: its text only, nothing is resolved. Returns the URL as it is to be stored. Throws a
   * CallboardError with URL_*, HOST_DENIED or IP_DENIED; its message names CALLBOARD_ALLOW_NETWORKS where that would help.
   */
  readonly check: (url: string, rules?: { readonly httpsOnly?: HttpsOnly }) => URL;
  /** As check, and resolves the name: throws DNS_DENIED or DNS_FAIL as well. It says nothing about the next time. */
  readonly resolveCheck: (url: string, rules?: { readonly httpsOnly?: HttpsOnly }) => Promise<void>;
  /** One request of the control plane. The far side's failure is a value; never rejects. */
  readonly request: (request: ControlRequest) => Promise<ExchangeResult>;
  /** One delivery. Everything that can go wrong is a value; never rejects. */
  readonly post: (request: PostRequest) => Promise<ExchangeResult>;
  readonly stats: () => { readonly pools: number; readonly inFlight: number };
  /** Ends what is under way, and whatever comes later, as unreachable with the reason "local". */
  readonly close: () => Promise<void>;
}

export interface EgressOptions {
  /** Networks, addresses, host names, or "loopback": see readAllowList. */
  readonly allowNetworks: readonly string[];
  readonly allowHttp: AllowHttp;
  /** Name, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** The whole request, until the last byte of the answer. */
  readonly requestTimeoutMs: number;
  /** Of a delivery's answer; the rest is cut. */
  readonly maxAnswerBytes: number;
  /** `address` or `address:port`; the machine's own when not given or empty. */
  readonly dnsServers?: readonly string[];
  /** Names and addresses of this machine, to be treated as loopback; none unless given. */
  readonly thisMachine?: ThisMachine | undefined;
  /** The machine's own `/etc/hosts` and `/etc/resolv.conf`, when they are somewhere else. */
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  /** Where we listen and what we are called, so that nothing is sent to ourselves. */
  readonly ownAddresses?: () => readonly HostPort[];
  /** PEM certificates to trust besides the well-known ones. */
  readonly certificateAuthorities?: readonly string[];
  readonly onCertificate?: OnCertificate;
  /** Sockets of all requests together: at the limit, idle connections close first. */
  readonly maxSockets?: number;
  readonly maxPools?: number;
  readonly idleMs?: number;
  readonly connectionLifetimeMs?: number;
  /** The clock that is reported; epoch ms. */
  readonly now?: () => number;
}

/** Throws CONFIG_INVALID for an allow-list that cannot be read. Opens nothing and loads no client until the first request. */
export function createEgress(options: EgressOptions): Egress {
  const { allowHttp, connectTimeoutMs, requestTimeoutMs, dnsServers, certificateAuthorities, onCertificate } =
    options;
  const now = options.now ?? Date.now;
  const { thisMachine } = options;
  const allowList = readAllowList(options.allowNetworks, thisMachine);
  const resolver = createNameResolver({
    servers: dnsServers,
    hostsFile: options.hostsFile,
    resolvConf: options.resolvConf,
    isLocalName: allowList.hasHost,
    now,
  });
  const ownAddresses = options.ownAddresses ?? (() => []);
  const guard = createGuard({ allowList, allowHttp, ownAddresses, resolver, thisMachine });
  const budget: SocketBudget = { max: options.maxSockets ?? Number.POSITIVE_INFINITY, open: 0 };
  const connect = createConnect(guard, {
    timeoutMs: connectTimeoutMs,
    budget,
    ...(certificateAuthorities === undefined ? {} : { certificateAuthorities }),
    ...(onCertificate === undefined ? {} : { onCertificate }),
  });

  const stall = createStallWatch(() => performance.now());
  const findTarget = createTargets(guard);
  const postClient = onFirstUse(() =>
    createPostClient({ ...DEFAULTS, ...options, connect, stall, budget, now }),
  );
  const controlClient = onFirstUse(() => createControlClient(connect, stall, now));
  let isClosed = false;

  function withoutSending(outcome: Outcome): ExchangeResult {
    return { outcome, timing: { startedAt: now(), durationMs: 0 } };
  }

  function notLoaded(error: unknown): ExchangeResult {
    return withoutSending(unreachable("local", `The HTTP client cannot be loaded (${codeOf(error)})`));
  }

  return {
    check: (url, rules) => requireUrl(url, guard, rules?.httpsOnly ?? false),
    resolveCheck: async (text, rules) => {
      const url = requireUrl(text, guard, rules?.httpsOnly ?? false);
      await guard.resolve(hostOf(url), portOf(url)).catch((error: unknown) => {
        throw asCallersMistake(error);
      });
    },
    // Not an async function: on this path every promise is felt.
    post: ({ url, headers, body, httpsOnly = false }) => {
      const target = findTarget(url, httpsOnly);
      if (target.kind === "forbidden") return Promise.resolve(withoutSending(target));
      const send = (client: PostClient): Promise<ExchangeResult> =>
        isClosed ? Promise.resolve(withoutSending(CLOSED)) : client.send({ target, headers, body });
      const client = postClient.loaded();
      return client === undefined ? postClient.load().then(send, notLoaded) : send(client);
    },
    request: async ({ url: text, httpsOnly = false, ...request }) => {
      const target = findTarget(text, httpsOnly);
      if (target.kind === "forbidden") return withoutSending(target);
      const client = controlClient.loaded() ?? (await controlClient.load().catch(notLoaded));
      if ("outcome" in client) return client;
      if (isClosed) return withoutSending(CLOSED);
      return client.send({ headers: {}, timeoutMs: requestTimeoutMs, ...request, target });
    },
    stats: () => {
      const { pools, inFlight } = postClient.loaded()?.stats() ?? { pools: 0, inFlight: 0 };
      return { pools, inFlight: inFlight + (controlClient.loaded()?.inFlight() ?? 0) };
    },
    close: async () => {
      isClosed = true;
      stall.close();
      controlClient.loaded()?.close();
      await postClient.loaded()?.close();
    },
  };
}

const DEFAULTS = { maxPools: 1_000, idleMs: 30_000, connectionLifetimeMs: 60_000 };

const CLOSED = unreachable("local", "The egress was closed");

function onFirstUse<T>(load: () => Promise<T>): {
  readonly load: () => Promise<T>;
  readonly loaded: () => T | undefined;
} {
  let loading: Promise<T> | undefined;
  let loaded: T | undefined;
  return {
    load: () =>
      (loading ??= load().then(
        (client) => (loaded = client),
        (error: unknown) => {
          // For example for want of open files: the next request tries again.
          loading = undefined;
          throw error;
        },
      )),
    loaded: () => loaded,
  };
}

function asCallersMistake(error: unknown): unknown {
  if (!(error instanceof EgressFailure)) return error;
  const { outcome } = error;
  const code = outcome.kind === "forbidden" ? outcome.code : "DNS_FAIL";
  return new CallboardError(code, outcome.detail, { cause: error });
}
