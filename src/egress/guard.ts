/**
 * The rules and the resolver together: which URLs are allowed, and which addresses a host may be reached at right now.
 */
import { networkInterfaces } from "node:os";
import { isIP } from "node:net";
import { addressKind, canonicalAddress } from "./address.ts";
import { type AllowList, ALLOW_SETTING, isLocalhost } from "./allow-list.ts";
import { EgressFailure, type Forbidden } from "./outcome.ts";
import type { NameResolver } from "./resolve.ts";
import type { ThisMachine } from "./this-machine.ts";
import { type AllowHttp, describeKind, type HostPort, type UrlPolicy } from "./url.ts";

export interface Guard extends UrlPolicy {
  /**
   * The addresses to connect to, every one of them checked; one bad address refuses the whole set, because whoever
   * controls the name controls which one would be used. Fails with an EgressFailure: forbidden, or unreachable for "dns".
   */
  readonly resolve: (host: string, port: number) => Promise<readonly string[]>;
}

export interface GuardOptions {
  readonly allowList: AllowList;
  readonly allowHttp: AllowHttp;
  readonly ownAddresses: () => readonly HostPort[];
  readonly resolver: NameResolver;
  /** What the allow-list was read with. */
  readonly thisMachine?: ThisMachine | undefined;
}

/** More answers than any real host has would turn one delivery into a volley of connections. */
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
    if (isOwn(address, port)) return denied("leads back to Callboard itself", address);
    const kind = addressKind(address);
    if (kind === "public" || allowList.hasAddress(address)) return undefined;
    if (allowList.hasHost(host) && (kind === "private" || kind === "loopback")) return undefined;
    const hint = kind === "unusable" ? "" : `; ${ALLOW_SETTING} can allow it`;
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

/** Whether something that listens at `own` (an address, a name, or every interface) answers at `host`. */
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
