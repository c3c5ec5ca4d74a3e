import { parseOutcome } from "../model/attempt-record.ts";
import type { FailureReason } from "../model/delivery.ts";

export interface Cause {
  /** Groups attempts of the same kind: "timeout", "http-5xx" … */
  readonly class: string;
  readonly cause: string;
  readonly remedy: string;
}

const UNREACHABLE: Readonly<Record<string, Omit<Cause, "class">>> = {
  timeout: {
    cause: "The receiver took the request and did not answer in time.",
    remedy: "Let it answer 2xx first and do the work afterwards, or raise CALLBOARD_REQUEST_TIMEOUT.",
  },
  "connect-timeout": {
    cause: "No connection came about in time.",
    remedy: "Check that the receiver runs, and that no firewall between it and this server drops packets.",
  },
  dns: {
    cause: "The receiver's host name does not resolve, or its name server did not answer.",
    remedy: "Check the name in the URL and that this server's name servers know it (CALLBOARD_DNS_SERVERS).",
  },
  "connection-refused": {
    cause: "Nothing listens at the receiver's address and port.",
    remedy: "Start the receiver, or correct the port in its URL.",
  },
  "connection-reset": {
    cause: "The receiver closed the connection before it had answered.",
    remedy: "Look at the receiver's own output for a crash, and at the limits of the proxy in front of it.",
  },
  tls: {
    cause: "The receiver's TLS certificate was not accepted.",
    remedy: "Check that it is not expired, names this host, and comes with its intermediate certificates.",
  },
  "tls-version": {
    cause: "The receiver and Callboard have no TLS version in common.",
    remedy: "Let the receiver support TLS 1.2 or 1.3.",
  },
  "tls-client-certificate": {
    cause: "The receiver requires a client certificate that it accepts.",
    remedy: "Set a client certificate that it accepts under TLS on the webhook's page.",
  },
  "tls-handshake": {
    cause: "The TLS handshake with the receiver failed.",
    remedy: "Check that the port speaks https, and that the receiver has a certificate for this host name.",
  },
  "proxy-unreachable": {
    cause: "This server's proxy could not be reached. That says nothing about the receiver.",
    remedy: "Start the proxy, or correct CALLBOARD_EGRESS_PROXY. It is tried again at least once a minute.",
  },
  "proxy-timeout": {
    cause: "This server's proxy did not respond in time, to this request or any other.",
    remedy: "Look at the proxy's log and load. It is tried again at least once a minute.",
  },
  "proxy-auth": {
    cause: "This server's proxy did not accept its user name and password.",
    remedy: "Correct them in CALLBOARD_EGRESS_PROXY.",
  },
  "proxy-refused": {
    cause: "This server's proxy does not allow connections to the receiver.",
    remedy: "Allow CONNECT to the receiver's address and port in the proxy's configuration.",
  },
  "proxy-protocol": {
    cause: "This server's proxy gave no usable response.",
    remedy: "Check that CALLBOARD_EGRESS_PROXY names a proxy of this kind, and look at the proxy's log.",
  },
  "token-server-unreachable": {
    cause: "The token server gave no access token in time. That says nothing about the receiver.",
    remedy: "Check that the token server runs, and the token URL of the webhook.",
  },
  "token-server-refused": {
    cause: "The token server refused the client of the webhook. That says nothing about the receiver.",
    remedy: "Check ID, secret and scope of the client, and give the webhook a secret that is valid.",
  },
  "token-server-response": {
    cause: "The response of the token server has no usable access token.",
    remedy: "Check that the token URL is that of the OAuth 2 token endpoint.",
  },
  protocol: {
    cause: "What came back is not a valid HTTP answer.",
    remedy:
      "Check that the port speaks HTTP (https:// for TLS) and that the answer's headers stay below 16 KiB.",
  },
  local: {
    cause: "This server itself could not open a connection.",
    remedy: "Check its limits for open files and ports.",
  },
};

const STATUS: Readonly<Record<number, Omit<Cause, "class">>> = {
  400: {
    cause: "The receiver says that it does not understand the request.",
    remedy: "Compare the body with what the receiver expects of this event.",
  },
  401: {
    cause: "The receiver did not accept the token.",
    remedy:
      "Check that it kept the sharedSecret of the latest installed callback, and that its baseUrl is the one in the token's qsh.",
  },
  403: {
    cause: "The receiver knows the sender and refuses the request.",
    remedy: "Look at the receiver's own output for the reason.",
  },
  404: {
    cause: "The receiver has nothing at this path.",
    remedy: "Check the url of the webhook in the descriptor, and the path of the baseUrl.",
  },
  405: {
    cause: "The receiver does not take POST at this path.",
    remedy: "Check the url of the webhook in the descriptor.",
  },
  410: {
    cause: "The receiver says that it is gone for good.",
    remedy: "Resume the subscription on the receiver's page when the receiver is back.",
  },
  413: {
    cause: "The body is larger than the receiver accepts.",
    remedy: "Raise the receiver's body limit, or subscribe with excludeBody.",
  },
  429: {
    cause: "The receiver asks for fewer requests.",
    remedy: "Lower CALLBOARD_ENDPOINT_CONCURRENCY if it goes on.",
  },
};

/** Tells whether another attempt follows, and if not, why. */
export type Sequel = "retried" | "ended" | "test" | "unsaved test";

/** A failed attempt and what follows; nothing for one that was accepted. `outcome` is as recorded: its kind, then the reason after a colon. */
export function findCause(outcome: string, status: number | undefined, sequel: Sequel): Cause | undefined {
  const cause = explainOutcome(outcome, status);
  if (cause === undefined) return undefined;
  if (status === 410 && sequel === "unsaved test") return { ...cause, remedy: "Check the URL." };
  const follows = FOLLOWS[sequel];
  return follows === undefined ? cause : { ...cause, remedy: `${cause.remedy} ${follows}` };
}

const FOLLOWS: Readonly<Record<Sequel, string | undefined>> = {
  retried: "The delivery is retried.",
  ended: undefined,
  test: "A test delivery is never retried.",
  "unsaved test": "A test delivery is never retried.",
};

function explainOutcome(outcome: string, status: number | undefined): Cause | undefined {
  const parsed = parseOutcome(outcome);
  switch (parsed.kind) {
    case "accepted":
      return undefined;
    case "unreachable":
      return {
        class: parsed.reason,
        ...(UNREACHABLE[parsed.reason] ?? otherwise("The receiver could not be reached.")),
      };
    case "forbidden":
      return {
        class: "forbidden",
        cause: `Our own rules do not let requests go to this address (${parsed.code}).`,
        remedy: "If it is meant to be reached, name its network or host in CALLBOARD_ALLOW_NETWORKS.",
      };
    default:
      return causeOfStatus(status ?? 0);
  }
}

function causeOfStatus(status: number): Cause {
  const known = STATUS[status];
  if (known !== undefined) return { class: `http-${status}`, ...known };
  if (status >= 500) {
    return {
      class: "http-5xx",
      cause: "The receiver failed while it handled the request.",
      remedy: "Look at the receiver's own output at this time.",
    };
  }
  if (status >= 300 && status < 400) {
    return {
      class: "http-3xx",
      cause: "The receiver answered with a redirect, which is never followed.",
      remedy: "Put the final URL into the descriptor or the webhook.",
    };
  }
  return { class: "http-4xx", ...otherwise(`The receiver refused the request with status ${status}.`) };
}

function otherwise(cause: string): Omit<Cause, "class"> {
  return { cause, remedy: "Look at the receiver's own output at this time." };
}

/** Explains the failure reason of a delivery. */
export const REASONS: Readonly<Record<FailureReason, string>> = {
  exhausted: "Every attempt of its retry schedule failed.",
  "not-retried":
    "It is sent once, as a test delivery or because its event says so (`retry: false`), and this attempt failed.",
  "over-limit":
    "The body is larger than the target of its format accepts, and nothing of it can be left out. Nothing was sent.",
  "template-failed": "The webhook's template makes no JSON of this event. Nothing was sent.",
  rejected: "The receiver's answer says that trying again would not help.",
  gone: "The receiver answered 410 Gone or `webhook-delivery: disable` to it, or to another one while it waited.",
  aborted: "The receiver answered `webhook-delivery: abort-message`, which asks for no further attempt.",
  forbidden: "Our own rules do not let requests go to this address.",
  cancelled: "A person cancelled it.",
  expired:
    "It waited until the time that its event names (`expiresAt`), until its event's retention ended, or its receiver stayed disabled for more than a day.",
  "backlog-full":
    "Too many deliveries were already waiting for this endpoint (CALLBOARD_ENDPOINT_BACKLOG). Redeliver it when the receiver responds again.",
  unsubscribed: "The subscription or the installation is gone.",
};
