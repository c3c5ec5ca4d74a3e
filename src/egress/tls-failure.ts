/** Describes TLS failures. Pure. Internal lines of OpenSSL (`80CC…:error:0A00042E:…`) are never shown. */

/**
 * tls: the certificate. tls-version: no common version. tls-client-certificate: a client certificate is required, or not accepted.
 * tls-handshake: all others.
 */
const TLS_REASONS = ["tls", "tls-version", "tls-client-certificate", "tls-handshake"] as const;
export type TlsReason = (typeof TLS_REASONS)[number];

export function isTlsReason(reason: string): reason is TlsReason {
  return TLS_REASONS.some((known) => known === reason);
}

export interface TlsFailure {
  readonly reason: TlsReason;
  readonly detail: string;
}

/** `SSL routines:function:reason:` in the message of an error without a code of its own (EPROTO). */
const OPENSSL_REASON = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/i;

const NO_COMMON_VERSION =
  /protocol.version|unsupported.protocol|version.too.low|version.too.high|no.protocols.available/;
const WANTS_CERTIFICATE =
  /alert.(certificate.(required|unknown|expired|revoked)|(bad|unsupported|no).certificate|unknown.ca)/;

/** An alert takes 7 bytes. A server that sent more had agreed on version and cipher and sent its certificate. */
const MAX_ALERT_BYTES = 64;

/** Reports whether an error comes from OpenSSL and not from the verification of a certificate. */
export function isOpenSslError(code: string, message: string): boolean {
  return code.startsWith("ERR_SSL_") || code === "EPROTO" || OPENSSL_REASON.test(message);
}

/**
 * Describes an error by its code and message.
 * @param bytesRead bytes received until the handshake failed; undefined if it failed later
 */
export function describeTlsFailure(code: string, message: string, bytesRead?: number): TlsFailure {
  if (code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED") {
    return handshake("The receiver closed the connection during the TLS handshake");
  }
  if (!isOpenSslError(code, message)) {
    return { reason: "tls", detail: message === "" ? code : message };
  }
  const reason = readReason(code, message);
  if (NO_COMMON_VERSION.test(reason)) {
    return {
      reason: "tls-version",
      detail: "No common TLS version: Callboard requires TLS 1.2 or 1.3, which the receiver does not support",
    };
  }
  if (WANTS_CERTIFICATE.test(reason)) return wantsCertificate();
  if (/alert.handshake.failure/.test(reason)) {
    // A server sends this alert if no cipher matches, which it sees in the first message, and if the client certificate is
    // missing.
    if (bytesRead !== undefined && bytesRead > MAX_ALERT_BYTES) return wantsCertificate();
    return handshake("The receiver ended the TLS handshake: no cipher in common");
  }
  if (/wrong.version.number|http.request|unexpected.message|bad.record.type/.test(reason)) {
    return handshake("The port does not respond with TLS");
  }
  if (/no.application.protocol/.test(reason))
    return handshake("The receiver does not offer HTTP/1.1 over TLS");
  if (/unrecognized.name/.test(reason))
    return handshake("The receiver has no certificate for this host name");
  return handshake(`The TLS handshake failed (${reason})`);
}

function wantsCertificate(): TlsFailure {
  return {
    reason: "tls-client-certificate",
    detail: "The receiver requires a client certificate that it accepts",
  };
}

function handshake(detail: string): TlsFailure {
  return { reason: "tls-handshake", detail };
}

/** Returns the reason in words, such as "tlsv1 alert protocol version". */
function readReason(code: string, message: string): string {
  const text = code.startsWith("ERR_SSL_")
    ? code.slice("ERR_SSL_".length)
    : (OPENSSL_REASON.exec(message)?.[1] ?? "no reason given");
  return text
    .toLowerCase()
    .replaceAll("_", " ")
    .replaceAll(/[^a-z0-9 .]/g, "")
    .slice(0, 100);
}
