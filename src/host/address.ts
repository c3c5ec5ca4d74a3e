/** Where this server is reached. Without a configured base URL that is known only once it listens. */
import type { Config } from "../config.ts";
import type { HostPort } from "../egress/index.ts";
import { getHost, getPort } from "../egress/url.ts";

export interface OwnAddress {
  /** "" before the server listens, if no base URL is configured. */
  readonly baseUrl: () => string;
  /** Addresses that lead back to this server; none before it listens. */
  readonly own: () => readonly HostPort[];
  /** Where it listens, as configured, with the port that it got; where a program on the same machine reaches it. */
  readonly listens: (port: number) => { readonly listens: string; readonly localUrl: string };
}

export function createOwnAddress({ baseUrl, host }: Pick<Config, "baseUrl" | "host">): OwnAddress {
  let url = baseUrl ?? "";
  let own: readonly HostPort[] = [];
  return {
    baseUrl: () => url,
    own: () => own,
    listens: (port) => {
      const listens = `${inBrackets(host)}:${port}`;
      url = baseUrl ?? `http://${listens}`;
      own = [
        { host, port },
        { host: getHost(new URL(url)), port: getPort(new URL(url)) },
      ];
      return { listens, localUrl: `http://${inBrackets(reachable(host))}:${port}` };
    },
  };
}

/** A wildcard is no address to connect to: its loopback address is. */
function reachable(listenAddress: string): string {
  const address = listenAddress.replace(/^\[|\]$/g, "");
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

const inBrackets = (host: string): string => (host.includes(":") ? `[${host}]` : host);
