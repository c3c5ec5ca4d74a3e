/** Starts TLS on a connected socket, for both clients and for proxies. */
import { isIP, type Socket } from "node:net";
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from "node:tls";

/** What TLS connections to one receiver have of their own. Such connections are used for this receiver alone. */
export interface TlsIdentity {
  /** Differs from that of every other receiver, and from the one before a change. */
  readonly id: string;
  /** PEM texts: the certificate that proves who Callboard is, with its chain, and its private key. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  /** PEM certificates that are trusted in place of all others. */
  readonly authorities?: string | undefined;
}

/**
 * @param host the name of the certificate, or an address without brackets
 * @throws {Error} if OpenSSL can't use the identity
 */
export type StartTls = (socket: Socket, host: string, identity?: TlsIdentity) => TLSSocket;

/** Set so that the environment (--tls-min-v1.0) can't weaken it. */
const MIN_VERSION = "TLSv1.2";

/** @param authorities trusted PEM certificates, in addition to the well-known ones */
export function createStartTls(authorities: readonly string[] = []): StartTls {
  const common = authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };
  const contexts = new WeakMap<TlsIdentity, SecureContext>();
  let commonContext: SecureContext | undefined;

  function findContext(identity: TlsIdentity | undefined): SecureContext | undefined {
    if (identity !== undefined) {
      const known = contexts.get(identity) ?? createContext(identity, common);
      contexts.set(identity, known);
      return known;
    }
    if (authorities.length > 0) {
      commonContext ??= createSecureContext({ ...common, minVersion: MIN_VERSION });
    }
    return commonContext;
  }

  return (socket, host, identity) => {
    const secureContext = findContext(identity);
    return connect({
      socket,
      host,
      // SNI allows names only. `host` verifies the certificate of an address.
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      // Set here so that the environment (NODE_TLS_REJECT_UNAUTHORIZED) can't weaken it.
      rejectUnauthorized: true,
      minVersion: MIN_VERSION,
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  };
}

function createContext(
  { client, authorities }: TlsIdentity,
  common: { readonly ca?: string[] },
): SecureContext {
  return createSecureContext({
    ...common,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    minVersion: MIN_VERSION,
  });
}
