/** Why an install was refused and what to try, for each code that it can end with. */
import type { ErrorCode } from "../../../errors.ts";

const ADDRESS = "If it is meant to be reached, name its network or host in CALLBOARD_ALLOW_NETWORKS.";
const DESCRIPTOR = "Correct the descriptor and try again; nothing was changed.";
const REACH = "Check that the add-on runs, and that the URL is the one of its descriptor.";

const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ADDON_ORIGIN_CHANGED: "If the add-on really moved, confirm it: it gets a new secret at its new address.",
  ADDON_STATE: "Wait for the install that is under way, then try again.",
  DESCRIPTOR_FETCH: REACH,
  DESCRIPTOR_FOREIGN: "Use the descriptor that the add-on serves for Jira or Confluence.",
  DESCRIPTOR_NOT_JSON: REACH,
  DESCRIPTOR_TIMEOUT: "Check that the add-on answers, and that no firewall drops packets on the way.",
  DESCRIPTOR_TLS:
    "Check that the certificate is not expired, names this host, and comes with its intermediates.",
  DIRECTORY_ONLY:
    "Choose an add-on of the directory, or ask an administrator of the server to add this one to it.",
  DNS_DENIED: ADDRESS,
  DNS_FAIL: "Check the host name in the URL, and that this server's name servers know it.",
  HOST_DENIED: ADDRESS,
  IP_DENIED: ADDRESS,
  LIFECYCLE_INSTALLED:
    "Nothing was changed. Look at the add-on's own output: it must answer 200, 201 or 204 to the installed callback.",
  PRODUCT_WITHOUT_ADDONS: "Choose a site of a product that has add-ons, or add an outgoing webhook.",
  SCOPES_NOT_ACCEPTED: "Look at the scopes that the add-on asks for, and install it again.",
  URL_SCHEME:
    "Add-ons are reached by https; by plain http in the dev profile, and wherever CALLBOARD_ALLOW_NETWORKS names the place.",
};

export function remedyFor(code: ErrorCode): string | undefined {
  if (REMEDIES[code] !== undefined) return REMEDIES[code];
  return code.startsWith("DESCRIPTOR_") ? DESCRIPTOR : undefined;
}
