/**
 * The only door to the network. The same rules check, resolve, pin, time and limit every request, directly or through the
 * proxy of the options. Redirects are never followed, and no proxy of the environment is used.
 */
import { CallboardError } from "../errors.ts";
import { pairHeaders } from "../header-pairs.ts";
import { readAllowList } from "./allow-list.ts";
import { createConnect, type OnCertificate } from "./connect.ts";
import { createControlClient } from "./control.ts";
import { createGuard, type Guard } from "./guard.ts";
import { findErrorCode, EgressFailure, type ExchangeResult, type Outcome, unreachable } from "./outcome.ts";
import { createPostClient } from "./post.ts";
import type { Proxy } from "../proxy-url.ts";
import { getHost } from "../url-host.ts";
import { createProxyRoute, type ProxyRoute, type ProxyWatch } from "./proxy.ts";
import { createTunnels, type TunnelsOptions } from "./proxy-tunnel.ts";
import { overTcp, type SocketBudget } from "./race.ts";
import { createNameResolver } from "./resolve.ts";
import { createStallWatch } from "./stall.ts";
import { openStream, type StreamRequest, type StreamedAnswer } from "./stream.ts";
import { createTargets } from "./targets.ts";
import type { ThisMachine } from "./this-machine.ts";
import { createStartTls, type TlsIdentity } from "./tls.ts";
import { type AllowHttp, type HostPort, type HttpsOnly, getPort, requireUrl } from "./url.ts";

export type {
  AnswerPart,
  CutReason,
  ExchangeResult,
  Outcome,
  TokenServerReason,
  UnreachableReason,
} from "./outcome.ts";
export type { HostPort, HttpsOnly } from "./url.ts";
export type { ProxyWatch } from "./proxy.ts";
export type { TlsIdentity } from "./tls.ts";
export { decodeBody } from "./content-encoding.ts";
export { createThisMachine } from "./this-machine.ts";
export { outgoingSockets, readOpenFileLimit } from "./open-files.ts";

export interface PostRequest {
  readonly url: string;
  /** Name, value, name, value … Without `host`, `connection` and `content-length`, which the client sets. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly httpsOnly?: HttpsOnly;
  /** Limit for the whole request, where it is shorter than that of the egress. */
  readonly timeoutMs?: number;
  readonly credentials?: PostCredentials | undefined;
}

/** Proves to the receiver who sends. Kept apart from the headers of the request, which are recorded and shown. */
export interface PostCredentials {
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly identity: TlsIdentity | undefined;
}

export type ControlMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface ControlRequest {
  readonly method: ControlMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces are sent as they come. */
  readonly body?: string | Uint8Array | AsyncGenerator<Uint8Array>;
  /** Limit for the whole request. Default: `requestTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Maximum size of the response body. The rest is cut. */
  readonly maxBytes: number;
  readonly httpsOnly?: HttpsOnly;
  readonly credentials?: PostCredentials | undefined;
}

export interface Egress {
  /**
   * Checks the text of a URL without resolving its name, and returns the URL to store.
   * @throws {CallboardError} URL_*, HOST_DENIED or IP_DENIED if a rule refuses it. The message names CALLBOARD_ALLOW_NETWORKS
   * if that can lift it.
   */
  readonly check: (url: string, rules?: { readonly httpsOnly?: HttpsOnly }) => URL;
  /**
   * Checks a URL and resolves its name once.
   * @throws {CallboardError} as `check`, and DNS_DENIED or DNS_FAIL if the name is refused or doesn't resolve.
   */
  readonly resolveCheck: (url: string, rules?: { readonly httpsOnly?: HttpsOnly }) => Promise<void>;
  /** Sends a request of the control plane. Failures of the other side are values; never rejects. */
  readonly request: (request: ControlRequest) => Promise<ExchangeResult>;
  /**
   * Sends a GET request whose response is read as it comes. The signal ends it; `close` does not.
   * @throws {EgressFailure} if there is no response
   */
  readonly open: (url: string, request: Omit<StreamRequest, "timeoutMs">) => Promise<StreamedAnswer>;
  /** Sends a delivery. All failures are values; never rejects. */
  readonly post: (request: PostRequest) => Promise<ExchangeResult>;
  readonly stats: () => { readonly pools: number; readonly inFlight: number };
  /** Undefined without a proxy. */
  readonly proxy: ProxyWatch | undefined;
  /** Ends all requests in flight, and all later ones, as unreachable with the reason "local". */
  readonly close: () => Promise<void>;
}

export interface EgressOptions {
  /** Networks, addresses, host names, or "loopback". See `readAllowList`. */
  readonly allowNetworks: readonly string[];
  readonly allowHttp: AllowHttp;
  /** Limit for name resolution, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** Limit for the whole request, to the last byte of the response. */
  readonly requestTimeoutMs: number;
  /** Maximum size of a delivery's response body. The rest is cut. */
  readonly maxAnswerBytes: number;
  /** `address` or `address:port`. The machine's name servers if undefined or empty. */
  readonly dnsServers?: readonly string[];
  /** Names and addresses of this machine that count as loopback. None by default. */
  readonly thisMachine?: ThisMachine | undefined;
  /** Paths of `/etc/hosts` and `/etc/resolv.conf`, for tests. */
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  /** Addresses and names of this server, so that it sends nothing to itself. */
  readonly ownAddresses?: () => readonly HostPort[];
  /** The proxy of all requests, except those to this machine. None by default. */
  readonly proxy?: Proxy | undefined;
  /**
   * The proxy gets names and resolves them itself: for a server that the user of this process chose, on a network that
   * doesn't resolve public names. The addresses are then not checked, so never for URLs of others.
   */
  readonly namesThroughProxy?: boolean;
  /** Trusted PEM certificates, in addition to the well-known ones. */
  readonly certificateAuthorities?: readonly string[];
  readonly onCertificate?: OnCertificate;
  /** Maximum number of sockets of all requests. At the limit, idle connections are closed first. */
  readonly maxSockets?: number;
  readonly maxPools?: number;
  readonly idleMs?: number;
  readonly connectionLifetimeMs?: number;
  /** Clock for timestamps, epoch ms. */
  readonly now?: () => number;
}

/**
 * Creates the egress. Opens nothing and loads no client before the first request.
 * @throws {CallboardError} CONFIG_INVALID if the allow-list is invalid.
 */
export function createEgress(options: EgressOptions): Egress {
  const { allowHttp, connectTimeoutMs, requestTimeoutMs, dnsServers, onCertificate } = options;
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
  const startTls = createStartTls(options.certificateAuthorities);
  const proxyRoute = createRoute({ ...options, resolver, budget, startTls });
  const addresses = options.namesThroughProxy === true ? BY_PROXY : guard;
  const connect = createConnect(addresses, {
    timeoutMs: connectTimeoutMs,
    route: proxyRoute?.route ?? { open: overTcp(budget) },
    startTls,
    budget,
    onCertificate,
  });

  const stall = createStallWatch(() => performance.now());
  const findTarget = createTargets(guard);
  const postClient = createPostClient({ ...DEFAULTS, ...options, connect, stall, budget, now });
  const controlClient = onFirstUse(() => createControlClient(connect, stall, now));
  let isClosed = false;

  function withoutSending(outcome: Outcome): ExchangeResult {
    return { outcome, timing: { startedAt: now(), durationMs: 0 } };
  }

  function notLoaded(error: unknown): ExchangeResult {
    return withoutSending(unreachable("local", `The HTTP client cannot be loaded (${findErrorCode(error)})`));
  }

  return {
    check: (url, rules) => requireUrl(url, guard, rules?.httpsOnly ?? false),
    resolveCheck: async (text, rules) => {
      const url = requireUrl(text, guard, rules?.httpsOnly ?? false);
      await guard.resolve(getHost(url), getPort(url)).catch((error: unknown) => {
        throw asCallersMistake(error);
      });
    },
    // Not async: on this hot path each promise costs.
    post: ({ url, headers: own, body, httpsOnly = false, timeoutMs = requestTimeoutMs, credentials }) => {
      const target = findTarget(url, httpsOnly);
      if (target.kind === "forbidden") return Promise.resolve(withoutSending(target));
      const headers = credentials === undefined ? own : own.concat(credentials.headers);
      if (isClosed) return Promise.resolve(withoutSending(CLOSED));
      return postClient.send({ target, headers, body, timeoutMs, identity: credentials?.identity });
    },
    open: async (url, request) => {
      const target = findTarget(url, false);
      if (target.kind === "forbidden") throw new EgressFailure(target);
      return openStream(connect, target, { timeoutMs: requestTimeoutMs, ...request });
    },
    request: async ({ url: text, httpsOnly = false, credentials, headers: own = {}, ...request }) => {
      const target = findTarget(text, httpsOnly);
      if (target.kind === "forbidden") return withoutSending(target);
      const client = controlClient.loaded() ?? (await controlClient.load().catch(notLoaded));
      if ("outcome" in client) return client;
      if (isClosed) return withoutSending(CLOSED);
      const headers = { ...Object.fromEntries(pairHeaders(credentials?.headers ?? [])), ...own };
      const identity = credentials?.identity;
      return client.send({ timeoutMs: requestTimeoutMs, ...request, headers, target, identity });
    },
    stats: () => {
      const { pools, inFlight } = postClient.stats();
      return { pools, inFlight: inFlight + (controlClient.loaded()?.inFlight() ?? 0) };
    },
    proxy: proxyRoute,
    close: () => {
      isClosed = true;
      stall.close();
      proxyRoute?.close();
      controlClient.loaded()?.close();
      postClient.close();
      return Promise.resolve();
    },
  };
}

function createRoute({
  proxy,
  connectTimeoutMs: timeoutMs,
  thisMachine,
  ...parts
}: Pick<EgressOptions, "proxy" | "connectTimeoutMs" | "thisMachine"> &
  Pick<TunnelsOptions, "resolver" | "budget" | "startTls">): ProxyRoute | undefined {
  if (proxy === undefined) return undefined;
  const tunnels = createTunnels({ ...parts, proxy, timeoutMs });
  return createProxyRoute({
    tunnels,
    budget: parts.budget,
    timeoutMs,
    thisMachine,
    now: () => performance.now(),
  });
}

const BY_PROXY: Pick<Guard, "resolve"> = { resolve: (host) => Promise.resolve([host]) };

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
          // A load can fail for lack of open files. The next request tries again.
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
