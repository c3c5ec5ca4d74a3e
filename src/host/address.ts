/** Addresses of this server. Without a configured base URL they are known once it listens. */
import type { Config } from "../config.ts";
import type { HostPort } from "../egress/index.ts";
import { getPort } from "../egress/url.ts";
import { getHost, inBrackets } from "../url-host.ts";
import { toLocalUrl } from "./model/addresses.ts";

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
      return { listens, localUrl: toLocalUrl(host, port) };
    },
  };
}
