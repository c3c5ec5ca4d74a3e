/** Starts TLS on a connected socket, for both clients and for proxies. */
import { isIP, type Socket } from "node:net";
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from "node:tls";

/** @param host the name of the certificate, or an address without brackets */
export type StartTls = (socket: Socket, host: string) => TLSSocket;

/** @param authorities trusted PEM certificates, in addition to the well-known ones */
export function createStartTls(authorities: readonly string[] = []): StartTls {
  let secureContext: SecureContext | undefined;

  return (socket, host) => {
    if (authorities.length > 0) {
      secureContext ??= createSecureContext({
        ca: [...rootCertificates, ...authorities],
        minVersion: "TLSv1.2",
      });
    }
    return connect({
      socket,
      host,
      // SNI allows names only. `host` verifies the certificate of an address.
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      // Set here so that the environment (NODE_TLS_REJECT_UNAUTHORIZED, --tls-min-v1.0) can't weaken them.
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  };
}
