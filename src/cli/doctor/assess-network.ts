/** Verdicts about the port, the base URL and name servers. Pure. */
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** Who listens where the server is going to. */
export type PortHolder =
  | { readonly kind: "free" }
  | { readonly kind: "callboard" }
  | {
      readonly kind: "other";
      /** "node (process 4711)", where the system tells. */
      readonly program: string | undefined;
    }
  /** Nothing can listen there, by the code of the system. */
  | { readonly kind: "refused"; readonly code: string };

export interface PortFacts {
  readonly host: string;
  readonly port: number;
  readonly holder: PortHolder;
}

export function assessPort({ host, port, holder }: PortFacts): readonly Finding[] {
  const place = `${host}:${port}`;
  switch (holder.kind) {
    case "free":
      return ok(`${place} is free`);
    case "callboard":
      return ok(`a Callboard server listens on ${place}`);
    case "other":
      return problem(
        `${place} is held by ${holder.program ?? "another program"}`,
        "Stop it, or choose another port with --port (CALLBOARD_PORT)",
      );
    case "refused":
      return problem(
        `nothing can listen on ${place} (${holder.code})`,
        holder.code === "EACCES"
          ? "Choose a port from 1024 on, with a proxy in front"
          : "Choose an address of this machine with --host (CALLBOARD_HOST)",
      );
  }
}

export type BaseUrlFacts =
  | { readonly kind: "derived" }
  | { readonly kind: "unresolved"; readonly url: string; readonly code: string }
  | {
      readonly kind: "resolved";
      readonly url: string;
      readonly addresses: readonly string[];
      /** "not-running" where no server runs here that could be reached. */
      readonly reached: "callboard" | "other" | "not-running" | { readonly failure: string };
    };

export function assessBaseUrl(facts: BaseUrlFacts): readonly Finding[] {
  switch (facts.kind) {
    case "derived":
      return ok("derived from the address that the server listens on");
    case "unresolved":
      return problem(
        `the name of ${facts.url} does not resolve (${facts.code}), so add-ons can't call back`,
        "Add the name to DNS, or correct CALLBOARD_BASE_URL",
      );
    case "resolved":
      return assessReached(facts);
  }
}

function assessReached({
  url,
  addresses,
  reached,
}: Extract<BaseUrlFacts, { kind: "resolved" }>): readonly Finding[] {
  const at = `${url} (${addresses.join(", ")})`;
  if (reached === "callboard") return ok(`${at} reaches a Callboard server`);
  if (reached === "not-running") return ok(`${at} resolves; no server runs here to be reached`);
  if (reached === "other") {
    return problem(
      `${at} is answered by another server than Callboard`,
      "Let the proxy pass this host and path on to Callboard (README.md, Behind a proxy), or correct CALLBOARD_BASE_URL",
    );
  }
  return warning(
    `${at} can't be reached from this machine: ${reached.failure}`,
    "Check proxy, certificate and firewall; some networks don't let a machine reach its own public address",
  );
}

export interface ProxyFacts {
  /** The proxy without its credentials. */
  readonly shown: string;
  readonly hasCredentials: boolean;
  /** Undefined if it responded. */
  readonly failure: { readonly reason: string; readonly detail: string } | undefined;
  /** Whether the name servers know public names; undefined if none responds, which is said of them. */
  readonly knowsPublicNames: boolean | undefined;
}

const PROXY_REMEDIES: Readonly<Record<string, string>> = {
  "proxy-auth": "Correct the user name and password in CALLBOARD_EGRESS_PROXY",
  "proxy-tls":
    "Give the proxy a certificate that is valid for its name in CALLBOARD_EGRESS_PROXY; trust an authority of your own with NODE_EXTRA_CA_CERTS, and restart. A proxy without TLS has an http:// URL",
};

export function assessProxy({ failure, knowsPublicNames, ...proxy }: ProxyFacts): readonly Finding[] {
  const shown = `${proxy.shown}, ${proxy.hasCredentials ? "with" : "without"} a user name`;
  const reached =
    failure === undefined
      ? ok(`${shown}, responded; it gets addresses, and names are resolved here`)
      : problem(
          `requests can't leave through ${shown}: ${failure.detail}`,
          PROXY_REMEDIES[failure.reason] ??
            "Check that the proxy runs, and host and port of CALLBOARD_EGRESS_PROXY",
        );
  if (knowsPublicNames !== false) return reached;
  return [
    ...reached,
    ...warning(
      "the name servers know no public names, and the proxy is given addresses only: receivers on the internet can't be reached",
      "Set CALLBOARD_DNS_SERVERS to name servers that know the receivers (docs/delivery.md, Through a proxy)",
    ),
  ];
}

export interface NameServerFacts {
  readonly server: string;
  /** Undefined if it responded. */
  readonly failure: string | undefined;
}

export function assessNameServers(servers: readonly NameServerFacts[]): readonly Finding[] {
  const remedy = "Correct CALLBOARD_DNS_SERVERS, or /etc/resolv.conf where it is not set";
  if (servers.length === 0) return problem("there is no name server, so no receiver's name resolves", remedy);
  const silent = servers.filter(({ failure }) => failure !== undefined);
  const describe = ({ server, failure }: NameServerFacts) => `${server} (${failure ?? ""})`;
  if (silent.length === servers.length)
    return problem(`no name server responds: ${silent.map(describe).join(", ")}`, remedy);
  if (silent.length > 0)
    return warning(`a name server does not respond: ${silent.map(describe).join(", ")}`, remedy);
  return ok(`${servers.map(({ server }) => server).join(", ")} responded`);
}
