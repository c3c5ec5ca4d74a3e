/** Looks at the network around this machine: the port, the base URL, the name servers. */
import { Resolver, lookup } from "node:dns/promises";
import { createServer } from "node:net";
import type { Config } from "../../config.ts";
import { toLocalUrl } from "../../host/model/addresses.ts";
import { getHost } from "../../url-host.ts";
import { createEgress } from "../../egress/index.ts";
import type { Proxy } from "../../proxy-url.ts";
import type { BaseUrlFacts, NameServerFacts, PortFacts, PortHolder, ProxyFacts } from "./assess-network.ts";
import { findListener } from "./listener.ts";
import type { Io } from "../io.ts";
import { probe } from "./probe.ts";

export async function lookAtPort({ host, port }: Pick<Config, "host" | "port">): Promise<PortFacts> {
  return { host, port, holder: port === 0 ? { kind: "free" } : await findHolder(host, port) };
}

async function findHolder(host: string, port: number): Promise<PortHolder> {
  const code = await tryToListen(host, port);
  if (code === undefined) return { kind: "free" };
  if (code !== "EADDRINUSE") return { kind: "refused", code };
  const { kind } = await probe(`${toLocalUrl(host, port)}/healthz`, {});
  return kind === "callboard" ? { kind } : { kind: "other", program: await findListener(port) };
}

/** Resolves to the code of the system's refusal. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** @param isRunning whether a server of this installation runs here */
export async function lookAtBaseUrl(
  url: string | undefined,
  isRunning: boolean,
  env: Io["env"],
): Promise<BaseUrlFacts> {
  if (url === undefined) return { kind: "derived" };
  const host = getHost(new URL(url));
  let addresses: readonly string[];
  try {
    addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    return { kind: "unresolved", url, code: (error as NodeJS.ErrnoException).code ?? "error" };
  }
  if (!isRunning) return { kind: "resolved", url, addresses, reached: "not-running" };
  const probed = await probe(`${url}/healthz`, env);
  const reached = probed.kind === "unreachable" ? { failure: probed.detail } : probed.kind;
  return { kind: "resolved", url, addresses, reached };
}

/** For documentation (RFC 5737): no receiver is there, and any response of the proxy will do. */
const NO_RECEIVER = "192.0.2.1";
const PROXY_TIMEOUT_MS = 5_000;

export async function lookAtProxy(
  proxy: Proxy,
  { dnsServers }: Pick<Config, "dnsServers">,
): Promise<ProxyFacts> {
  const egress = createEgress({
    proxy,
    allowNetworks: [NO_RECEIVER],
    allowHttp: true,
    connectTimeoutMs: PROXY_TIMEOUT_MS,
    requestTimeoutMs: PROXY_TIMEOUT_MS,
    maxAnswerBytes: 0,
    ...(dnsServers === undefined ? {} : { dnsServers }),
  });
  try {
    const [knowsPublicNames] = await Promise.all([
      askForPublicNames(dnsServers),
      egress.request({ method: "GET", url: `http://${NO_RECEIVER}/`, maxBytes: 0 }),
    ]);
    return {
      shown: proxy.shown,
      hasCredentials: proxy.credentials !== undefined,
      failure: egress.proxy?.failure(),
      knowsPublicNames,
    };
  } finally {
    await egress.close();
  }
}

/** Every name server that knows public names has its name servers. */
const PUBLIC_DOMAIN = "com";

/** A network behind a proxy often has name servers of its own names alone. Resolves to undefined if none of them responds. */
async function askForPublicNames(configured: readonly string[] | undefined): Promise<boolean | undefined> {
  const resolver = createResolver(configured);
  try {
    return (await resolver.resolveNs(PUBLIC_DOMAIN)).length > 0;
  } catch (error) {
    return SILENT.has((error as NodeJS.ErrnoException).code ?? "") ? undefined : false;
  }
}

const SILENT: ReadonlySet<string> = new Set(["ETIMEOUT", "ECONNREFUSED"]);

/** @param servers the system's when left out */
function createResolver(servers?: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: SILENCE_MS, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  return resolver;
}

/** A name that no name server has (RFC 6761): any response will do. */
const NO_NAME = "callboard-doctor.invalid";
const SILENCE_MS = 3_000;
const ANSWERED: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);

/** @param configured those of CALLBOARD_DNS_SERVERS; the system's when left out */
export async function lookAtNameServers(
  configured: readonly string[] | undefined,
): Promise<readonly NameServerFacts[]> {
  return Promise.all((configured ?? new Resolver().getServers()).map(askServer));
}

async function askServer(server: string): Promise<NameServerFacts> {
  try {
    await createResolver([server]).resolve4(NO_NAME);
    return { server, failure: undefined };
  } catch (error) {
    const { code = "error" } = error as NodeJS.ErrnoException;
    return { server, failure: ANSWERED.has(code) ? undefined : code };
  }
}
