import { byAdministrator } from "../../by-administrator.ts";
import { parseOutcome } from "../model/attempt-record.ts";
import type { FailureReason } from "../model/delivery.ts";

export interface Cause {
  /** Groups attempts of the same kind: "timeout", "http-5xx" … */
  readonly class: string;
  readonly cause: string;
  readonly remedy: string;
}

const TRIED_AGAIN = "It is tried again at least once a minute.";

const UNREACHABLE: Readonly<Record<string, Omit<Cause, "class">>> = {
  timeout: {
    cause: "The receiver accepted the request and did not respond in time.",
    remedy: `Respond with 2xx first and do the work afterwards. ${byAdministrator("raise the timeout", "CALLBOARD_REQUEST_TIMEOUT")}.`,
  },
  "connect-timeout": {
    cause: "The connection was not established in time.",
    remedy: "Check that the receiver runs, and that no firewall between it and this server drops packets.",
  },
  dns: {
    cause: "The receiver's host name does not resolve, or its name server did not respond.",
    remedy: `Check the name in the URL. ${byAdministrator("choose the name servers", "CALLBOARD_DNS_SERVERS")}.`,
  },
  "connection-refused": {
    cause: "Nothing listens at the receiver's address and port.",
    remedy: "Start the receiver, or correct the port in its URL.",
  },
  "connection-reset": {
    cause: "The receiver closed the connection before its response.",
    remedy: "Check the receiver's logs for a crash, and the limits of the proxy in front of it.",
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
    remedy:
      "Set a client certificate that it accepts under TLS: on the page of the webhook or of the add-on's endpoint.",
  },
  "tls-handshake": {
    cause: "The TLS handshake with the receiver failed.",
    remedy: "Check that the port speaks https, and that the receiver has a certificate for this host name.",
  },
  "proxy-unreachable": {
    cause: "This server's proxy could not be reached. That says nothing about the receiver.",
    remedy: `${byAdministrator("mend it", "start the proxy, or correct CALLBOARD_EGRESS_PROXY")}. ${TRIED_AGAIN}`,
  },
  "proxy-tls": {
    cause: "TLS with this server's proxy failed. That says nothing about the receiver.",
    remedy: `${byAdministrator("mend it", "the proxy needs a certificate that is valid for its name in CALLBOARD_EGRESS_PROXY, and NODE_EXTRA_CA_CERTS adds an authority")}. ${TRIED_AGAIN}`,
  },
  "proxy-timeout": {
    cause: "This server's proxy did not respond in time, to this request or any other.",
    remedy: `${byAdministrator("look at the proxy's log and load")}. ${TRIED_AGAIN}`,
  },
  "proxy-auth": {
    cause: "This server's proxy did not accept its user name and password.",
    remedy: `${byAdministrator("correct them", "CALLBOARD_EGRESS_PROXY")}. ${TRIED_AGAIN}`,
  },
  "proxy-refused": {
    cause: "This server's proxy does not allow connections to the receiver.",
    remedy: `${byAdministrator("allow it in the proxy's configuration", "CONNECT to the receiver's address and port")}.`,
  },
  "proxy-protocol": {
    cause: "This server's proxy gave no usable response.",
    remedy: `${byAdministrator("mend it", "CALLBOARD_EGRESS_PROXY must name a proxy of this kind, and the proxy's log says more")}.`,
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
    cause: "The receiver returned no valid HTTP response.",
    remedy:
      "Check that the port speaks HTTP (https:// for TLS) and that the response headers stay below 16 KiB.",
  },
  local: {
    cause: "This server itself could not open a connection.",
    remedy: `${byAdministrator("raise its limits for open files and ports")}.`,
  },
};

const STATUS: Readonly<Record<number, Omit<Cause, "class">>> = {
  400: {
    cause: "The receiver returned 400: it doesn't understand the request.",
    remedy: "Compare the body with what the receiver expects of this event.",
  },
  401: {
    cause: "The receiver returned 401: it did not accept the token.",
    remedy:
      "Check that it kept the sharedSecret of the latest installed callback, and that its baseUrl is the one in the token's qsh.",
  },
  403: {
    cause: "The receiver returned 403: it recognizes the sender and refuses the request.",
    remedy: "Check the receiver's logs for the reason.",
  },
  404: {
    cause: "The receiver returned 404: it has nothing at this path.",
    remedy: "Check the url of the webhook in the descriptor, and the path of the baseUrl.",
  },
  405: {
    cause: "The receiver returned 405: it does not accept POST at this path.",
    remedy: "Check the url of the webhook in the descriptor.",
  },
  410: {
    cause: "The receiver returned 410: it is gone permanently.",
    remedy: "Resume the subscription on the receiver's page when the receiver is back.",
  },
  413: {
    cause: "The receiver returned 413: the body is larger than it accepts.",
    remedy: "Raise the receiver's body limit, or subscribe with excludeBody.",
  },
  429: {
    cause: "The receiver returned 429: it asks for fewer requests.",
    remedy:
      "Set a rate or fewer slots under Pace if it goes on: on the page of the webhook or of the add-on's endpoint.",
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
        cause: `Callboard's network rules block this address (${parsed.code}).`,
        remedy: `${byAdministrator("allow it", "its network or host in CALLBOARD_ALLOW_NETWORKS")}.`,
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
      cause: `The receiver returned ${status}.`,
      remedy: "Check its logs at the time of the attempt.",
    };
  }
  if (status >= 300 && status < 400) {
    return {
      class: "http-3xx",
      cause: "The receiver returned a redirect, which is never followed.",
      remedy: "Put the final URL into the descriptor or the webhook.",
    };
  }
  return { class: "http-4xx", ...otherwise(`The receiver returned ${status}.`) };
}

function otherwise(cause: string): Omit<Cause, "class"> {
  return { cause, remedy: "Check its logs at the time of the attempt." };
}

/** Explains the failure reason of a delivery. */
export const REASONS: Readonly<Record<FailureReason, string>> = {
  exhausted: "All attempts of the retry schedule failed.",
  "not-retried": "The only attempt failed: a test delivery or an event with `retry: false` is sent once.",
  "over-limit":
    "The body is larger than the target of its format accepts, and nothing of it can be left out. Nothing was sent.",
  "template-failed": "The webhook's template makes no JSON of this event. Nothing was sent.",
  rejected: "The receiver's response says that a retry would not help.",
  gone: "The receiver returned 410 Gone or `webhook-delivery: disable`, for this delivery or for another one while it waited.",
  aborted: "The receiver returned `webhook-delivery: abort-message`, which asks for no further attempt.",
  forbidden: "Callboard's network rules block this address.",
  cancelled: "A user canceled the delivery.",
  expired:
    "Held too long: until the event's `expiresAt`, until the retention period ended, or for 24 hours while the receiver was disabled.",
  "backlog-full": `Too many deliveries were already waiting for this endpoint. Redeliver it when the receiver responds again. ${byAdministrator("raise the limit", "CALLBOARD_ENDPOINT_BACKLOG")}.`,
  unsubscribed: "The subscription was deleted or the add-on uninstalled.",
};
