/** Combines the URL rules and the resolver: decides which URLs are allowed, and which addresses of a host. */
import { networkInterfaces } from "node:os";
import { isIP } from "node:net";
import { byAdministrator } from "../by-administrator.ts";
import { addressKind, canonicalAddress } from "./address.ts";
import { type AllowList, ALLOW_SETTING, isLocalhost } from "./allow-list.ts";
import { EgressFailure, type Forbidden } from "./outcome.ts";
import type { NameResolver } from "./resolve.ts";
import type { ThisMachine } from "./this-machine.ts";
import { type AllowHttp, describeKind, type HostPort, type UrlPolicy } from "./url.ts";

export interface Guard extends UrlPolicy {
  /**
   * Returns the addresses to connect to, all of them checked. One bad address refuses them all, because the owner of the name
   * could choose the one to be used.
   * @throws {EgressFailure} "forbidden", or "unreachable" with the reason "dns".
   */
  readonly resolve: (host: string, port: number) => Promise<readonly string[]>;
}

export interface GuardOptions {
  readonly allowList: AllowList;
  readonly allowHttp: AllowHttp;
  readonly ownAddresses: () => readonly HostPort[];
  readonly resolver: NameResolver;
  /** The same as for the allow-list. */
  readonly thisMachine?: ThisMachine | undefined;
}

/** Maximum number of addresses of a host. More would turn one delivery into a volley of connections. */
const MAX_ADDRESSES = 32;

export function createGuard({
  allowList,
  allowHttp,
  ownAddresses,
  resolver,
  thisMachine,
}: GuardOptions): Guard {
  const isOwn: UrlPolicy["isOwn"] = (host, port) =>
    ownAddresses().some((own) => own.port === port && isSameHost(own.host, host));

  function judge(host: string, address: string, port: number): Forbidden | undefined {
    if (isOwn(address, port)) return denied("points to Callboard itself", address);
    const kind = addressKind(address);
    if (kind === "public" || allowList.hasAddress(address)) return undefined;
    if (allowList.hasHost(host) && (kind === "private" || kind === "loopback")) return undefined;
    const hint = kind === "unusable" ? "" : `. ${byAdministrator("allow it", ALLOW_SETTING)}`;
    return denied(`resolves to ${describeKind(kind)}${hint}`, address);
  }

  return {
    allowList,
    allowHttp,
    isOwn,
    resolve: async (host, port) => {
      const answers =
        thisMachine?.hasName(host) === true ? await thisMachine.resolve(host) : await resolver.resolve(host);
      if (answers.length > MAX_ADDRESSES) {
        throw new EgressFailure(denied(`resolves to more than ${MAX_ADDRESSES} addresses`));
      }
      return answers.map((answer) => {
        const address = canonicalAddress(answer) ?? answer;
        const refusal = judge(host, address, port);
        if (refusal === undefined) return address;
        throw new EgressFailure(isIP(host) === 0 ? refusal : { ...refusal, code: "IP_DENIED" });
      });
    },
  };
}

function denied(what: string, address?: string): Forbidden {
  const detail = `The host name ${what}`;
  return address === undefined
    ? { kind: "forbidden", code: "DNS_DENIED", detail }
    : { kind: "forbidden", code: "DNS_DENIED", detail, address };
}

/** Reports whether a server that listens at `own` (an address, a name, or all interfaces) is reached at `host`. */
function isSameHost(own: string, host: string): boolean {
  if (own === host) return true;
  if (isLocalhost(own)) return addressKind(host) === "loopback" || isLocalhost(host);
  const address = canonicalAddress(own) ?? own;
  if (address === "0.0.0.0" || address === "::") return isOfThisMachine(host);
  return address === host || (addressKind(address) === "loopback" && isLocalhost(host));
}

function isOfThisMachine(host: string): boolean {
  if (isLocalhost(host) || addressKind(host) === "loopback") return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    // Stryker disable next-line OptionalChaining: only the types know of an interface without addresses
    addresses?.some(({ address }) => canonicalAddress(address) === host),
  );
}
