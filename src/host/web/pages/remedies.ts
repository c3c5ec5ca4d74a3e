/** What to try after a form was refused, for each code that a form can be refused with. Pure. */
import { byAdministrator } from "../../../by-administrator.ts";
import type { ErrorCode } from "../../../errors.ts";

const ADDRESS = `${byAdministrator("allow it", "its network or host in CALLBOARD_ALLOW_NETWORKS")}.`;
const DESCRIPTOR = "Correct the descriptor and try again; nothing was changed.";
const TEMPLATE = "Correct the template; Preview shows what it makes of the latest events.";
const BODY_FILTER = "Correct the body filter; “Try on latest events” shows what it lets through.";
const CERTIFICATE = "Paste the certificates and the key as PEM texts, from “-----BEGIN” to “-----END”.";
const URL_PARTS = "Enter the URL as the receiver documents it, without user name, password and fragment.";
const RELOAD = "Reload the page: its content has changed.";
const REACH = "Check that the add-on runs, and that the URL is the one of its descriptor.";

const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ADDON_NOT_FOUND: RELOAD,
  ADDON_ORIGIN_CHANGED: "If the add-on really moved, confirm it: it gets a new secret at its new address.",
  AUTHENTICATION_INVALID: "Fill in the fields of the kind of authentication that is chosen.",
  BODY_FILTER,
  BATCH:
    "Enter a number of events up to 100 and a time up to 60 seconds, or leave both empty for one event in each request.",
  BODY_FILTER_BESIDE_FILTER: "Leave the JQL or the body filter empty.",
  BODY_FILTER_TOO_COMPLEX: BODY_FILTER,
  BODY_SCHEMA: "Correct the fields that are named above, and send the form again.",
  CERTIFICATE_EXPIRED: "Ask the receiver for a certificate that is valid today.",
  CERTIFICATE_INVALID: CERTIFICATE,
  CERTIFICATE_KEY: CERTIFICATE,
  CONFLICT: "Choose another key: this one is taken.",
  CREDENTIALS_ORIGIN: "Enter the credentials again: they were given for another origin.",
  ADDON_STATE: "Wait for the install that is under way, then try again.",
  DESCRIPTOR_FETCH: REACH,
  DESCRIPTOR_FILTER: "Correct the filter and try again; nothing was changed.",
  DESCRIPTOR_FOREIGN: "Use the descriptor that the add-on serves for Jira or Confluence.",
  DESCRIPTOR_NOT_JSON: REACH,
  DESCRIPTOR_TIMEOUT: "Check that the add-on responds, and that no firewall drops packets.",
  DESCRIPTOR_TLS:
    "Check that the certificate is not expired, names this host, and comes with its intermediates.",
  DESCRIPTOR_CHANGED: "Look at the descriptor as it is now, and install it again.",
  DIRECTORY_NOT_FOUND: RELOAD,
  DIRECTORY_ONLY:
    "Choose an add-on of the directory, or ask an administrator of the server to add this one to it.",
  DNS_DENIED: ADDRESS,
  DNS_FAIL: "Check the host name in the URL, and that this server's name servers know it.",
  ENDPOINT_NOT_FOUND: RELOAD,
  ENDPOINT_OF_WEBHOOK: "Change these settings on the page of the webhook.",
  EVENT_CONFLICT: "Leave the ID out, or use a new one: another event has it.",
  EVENT_OFF_SCHEMA: "Correct the payload by the fields below; the site refuses events off their schema.",
  EVENT_SCHEMA: "Correct the payload: it must be one JSON object.",
  FORMAT_LIMIT: "Choose another format, or a filter or template that makes the body smaller.",
  HEADER_VALUE: "Correct the headers: one on each line, a name, a colon and a value.",
  HOST_DENIED: ADDRESS,
  IP_DENIED: ADDRESS,
  LIFECYCLE_INSTALLED:
    "Nothing was changed. Check the add-on's logs: it must return 200, 201 or 204 for the installed callback.",
  LIMIT_REACHED: "Delete what is not needed any more.",
  LOGO_INVALID: "Use a PNG, JPEG or WebP image within the limit.",
  ORDER_BY: "Enter a JSON pointer into the body, such as /issue/id, or leave the field empty.",
  PACE: "Correct the pace, or leave its fields empty to have the server's.",
  PRODUCT_BREAKING: "Keep what receivers use, or confirm the change.",
  PRODUCT_BUILT_IN: "Choose another key: built-in products can't be changed.",
  PRODUCT_FROM_FILE: "Change the file that the product comes from.",
  PRODUCT_INVALID: "Correct the document at the places that are named above.",
  PRODUCT_MISSING: "Choose a product that the server has.",
  PRODUCT_TOO_LARGE: "Make the document smaller: leave out samples, or use references for what is repeated.",
  PRODUCT_WITHOUT_ADDONS: "Choose a site of a product that has add-ons, or add an outgoing webhook.",
  RATE_LIMITED: "Wait a minute, and send the form again.",
  REPLAY_RUNNING: "Wait until the running replay is done, or cancel it.",
  ROUTING_KEY: "Enter the integration key of a PagerDuty service: 32 letters and digits.",
  SCOPES_NOT_ACCEPTED: "Look at the scopes that the add-on asks for, and install it again.",
  SITE_NOT_FOUND: "Choose another site: this one was removed.",
  TEMPLATE,
  TEMPLATE_RESULT: TEMPLATE,
  TEMPLATE_TOO_COMPLEX: TEMPLATE,
  TOKEN_SERVER: "Check token URL, client ID and client secret with the owner of the token server.",
  URL_CHARS: URL_PARTS,
  URL_CREDENTIALS: URL_PARTS,
  URL_FRAGMENT: URL_PARTS,
  URL_INVALID: "Enter a whole URL, such as https://hooks.example.com/in.",
  URL_PORT: "Use another port.",
  URL_TOO_LONG: URL_PARTS,
  URL_UNVERIFIED: "Check that the receiver runs and answers the check, or choose no check.",
  WEBHOOK_FORMAT: "Choose a format that the site's product offers.",
  WEBHOOK_NOT_FOUND: RELOAD,
  URL_SCHEME: `Use https. ${byAdministrator("allow http for its host", "the host in CALLBOARD_ALLOW_NETWORKS")}.`,
};

/** Undefined for a code that no form is refused with. */
export function remedyFor(code: ErrorCode): string | undefined {
  if (REMEDIES[code] !== undefined) return REMEDIES[code];
  return code.startsWith("DESCRIPTOR_") ? DESCRIPTOR : undefined;
}
