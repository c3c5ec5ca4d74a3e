/** The table of checks: what each one sends and expects, and how to fix an add-on that fails it. Pure. */

/**
 * `critical`: a stranger gets in. `serious`: a rule is broken that hosts or other sites rely on. `minor`: good practice; such a
 * check warns and doesn't fail the run.
 */
export type Severity = "critical" | "serious" | "minor";

export interface Fix {
  /** For atlassian-connect-express. */
  readonly ace: string;
  /** For atlassian-connect-spring-boot. */
  readonly spring: string;
  /** For `callboard/addon`. */
  readonly toolkit: string;
}

export interface CheckDefinition {
  readonly severity: Severity;
  /** What holds for an add-on that passes. */
  readonly title: string;
  /** What is sent, and which answer passes. */
  readonly does: string;
  readonly fix: Fix;
}

const DESCRIPTOR: Fix = {
  ace: "Correct atlassian-connect.json; `callboard validate` lists every problem.",
  spring: "Correct src/main/resources/atlassian-connect.json; `callboard validate` lists every problem.",
  toolkit: "Correct the `descriptor` option of createAddon; `callboard validate` lists every problem.",
};

const VERIFY: Fix = {
  ace: "Put addon.authenticate() in front of the route, and nothing that responds before it.",
  spring:
    "Take @IgnoreJwt and @ContextJwt off the webhook's controller, so that the library verifies its token.",
  toolkit: "Handle the webhook with addon.on: handlers get verified requests only.",
};

const CLAIMS: Fix = {
  ace: "Check the claims in a middleware behind addon.authenticate(): the library has no option for it.",
  spring: "Keep the library's own verifier, and check the claim in a filter behind it if it doesn't.",
  toolkit: "Handle the webhook with addon.on: the toolkit requires the claim.",
};

const INSTALL: Fix = {
  ace: "Update atlassian-connect-express, set apiMigrations.signed-install to true, and leave /installed to it.",
  spring: "Update atlassian-connect-spring-boot, and leave the lifecycle callbacks to it.",
  toolkit: "Leave the lifecycle callbacks to addon.router.",
};

const CALLBACK: Fix = {
  ace: "Put addon.authenticateInstall() before uninstalled, addon.authenticate() before enabled and disabled, and compare body.clientKey with the verified one.",
  spring:
    "Leave the lifecycle callbacks to the library, and listen to its AddonInstalledEvent and AddonUninstalledEvent.",
  toolkit: "Leave the lifecycle callbacks to addon.router, and use addon.onLifecycle.",
};

const REPLAY: Fix = {
  ace: "Store the iat of the last lifecycle callback of each clientKey, and refuse an older one before addon.authenticateInstall() saves it.",
  spring: "Store the iat of the last lifecycle callback of each host, and refuse an older one in a filter.",
  toolkit:
    "Leave the lifecycle callbacks to addon.router, with a tenant store that keeps uninstalled tenants.",
};

const RESPOND: Fix = {
  ace: "Mount a route for every webhook module, respond 2xx at once, and do the work afterwards.",
  spring: "Map every webhook module to a controller, return 2xx at once, and do the work afterwards.",
  toolkit: "Add addon.on for the event, and let the handler finish: an error in it becomes 500.",
};

const REPEAT: Fix = {
  ace: "Keep X-Atlassian-Webhook-Identifier with an insert that ignores duplicates, and respond 204 to a known one.",
  spring:
    "Keep X-Atlassian-Webhook-Identifier with an insert that ignores duplicates, and return 204 for a known one.",
  toolkit: 'Keep the `duplicates` option at "skip", or give it a store whose add ignores known keys.',
};

const WORD: Fix = {
  ace: 'Set the response header webhook-delivery to "abort-message" or "disable", and only where it is meant.',
  spring:
    'Set the response header webhook-delivery to "abort-message" or "disable", and only where it is meant.',
  toolkit: "Call event.answer with `delivery` only where it is meant.",
};

const BODY: Fix = {
  ace: 'Parse bodies with express.json({ limit: "25mb" }), and read only the members that you need.',
  spring: "Raise the body limit of the server, and set FAIL_ON_UNKNOWN_PROPERTIES to false.",
  toolkit: "Keep `bodyLimitBytes` at its default, and read only the members that the handler needs.",
};

const SECRETS: Fix = {
  ace: "Update the stored settings of the clientKey at every installed callback, instead of inserting them once.",
  spring: "Let the host repository update the row of the clientKey, and never pin baseUrl.",
  toolkit: "Leave the tenants to addon.router; a store of your own must replace the tenant of the clientKey.",
};

const LEAKS: Fix = {
  ace: "Run with NODE_ENV=production, and end with an error handler that sends the status alone.",
  spring: "Set server.error.include-stacktrace and server.error.include-message to never.",
  toolkit: "Respond with event.answer; don't send errors or tenants as they are.",
};

const check = (severity: Severity, fix: Fix, title: string, does: string): CheckDefinition => ({
  severity,
  title,
  does,
  fix,
});

export const CHECKS = {
  "descriptor.valid": check(
    "serious",
    DESCRIPTOR,
    "The descriptor is valid",
    "Fetches it and reads it as an install does",
  ),
  "descriptor.warnings": check(
    "minor",
    DESCRIPTOR,
    "The descriptor has no questionable entry",
    "Lists every warning of an install",
  ),
  "descriptor.authentication": check(
    "serious",
    DESCRIPTOR,
    "The descriptor asks for JWT authentication",
    "Reads authentication.type",
  ),

  "lifecycle.installed": check(
    "serious",
    INSTALL,
    "The installed callback is accepted",
    "Installs the add-on; the callback must return 200, 201 or 204 in time",
  ),
  "lifecycle.enabled": check(
    "serious",
    CALLBACK,
    "The enabled callback is accepted",
    "Follows the install; must return 2xx in time",
  ),
  "lifecycle.disabled": check(
    "serious",
    CALLBACK,
    "The disabled callback is accepted",
    "Goes before an uninstall; must return 2xx in time",
  ),
  "lifecycle.uninstalled": check(
    "serious",
    CALLBACK,
    "The uninstalled callback is accepted",
    "Uninstalls the add-on from a site; must return 2xx in time",
  ),

  "webhook.events": check(
    "serious",
    RESPOND,
    "Every subscribed event is accepted",
    "Sends the catalogue's sample of each webhook module; each must return 2xx in time",
  ),
  "webhook.retry": check(
    "serious",
    REPEAT,
    "A retry is accepted",
    "Sends a delivery and its first retry, with the same identifier",
  ),
  "webhook.duplicate": check(
    "serious",
    REPEAT,
    "A duplicate is accepted",
    "Sends a delivery twice at the same time, and once more",
  ),
  "webhook.redelivery": check(
    "serious",
    REPEAT,
    "A redelivery is accepted",
    "Sends a delivery, and again as a person asks for it: with X-Callboard-Redelivery and a new signature",
  ),
  "webhook.sequence": check(
    "serious",
    RESPOND,
    "Numbered deliveries are accepted",
    "Sends the numbers 1, 2 and 4 of a key as webhook-sequence; the third was canceled",
  ),
  "webhook.word": check(
    "minor",
    WORD,
    "The response header webhook-delivery is used as it is meant",
    "Looks through the responses to the samples: no unknown value, and nothing that ends a subscription",
  ),
  "webhook.order": check(
    "serious",
    RESPOND,
    "Events may come in any order",
    "Sends the events backwards, about things that were never announced",
  ),
  "webhook.slow-body": check(
    "serious",
    BODY,
    "A slow network is accepted",
    "Sends a body in eight pieces over 1.5 s",
  ),
  "webhook.large-body": check(
    "serious",
    BODY,
    "A body of 1 MiB is accepted",
    "Sends a sample whose longest text is repeated",
  ),
  "webhook.unknown-fields": check(
    "serious",
    BODY,
    "Unknown members are accepted",
    "Sends a sample with a new member in every object",
  ),
  "webhook.body-signature": check(
    "minor",
    CLAIMS,
    "A body that was changed is refused",
    "Sends another body than the signed one; a Connect token does not cover it, Callboard's body signature does",
  ),

  "change.repeated-install": check(
    "serious",
    SECRETS,
    "A repeated install is accepted",
    "Makes the installed callback again, then sends a webhook",
  ),
  "change.rotated-secret": check(
    "serious",
    SECRETS,
    "A rotated secret is taken over",
    "Makes the installed callback with a new secret, then sends a webhook that it signs",
  ),
  "change.secret-overlap": check(
    "minor",
    SECRETS,
    "The secret before a rotation is valid a little longer",
    "Sends a webhook that was signed just before the rotation",
  ),
  "change.renamed-site": check(
    "serious",
    SECRETS,
    "A renamed site is taken over",
    "Makes the installed callback with another name and baseUrl, then sends a webhook",
  ),
  "change.reinstall": check(
    "serious",
    SECRETS,
    "A site can come back",
    "Uninstalls the add-on, installs it again with a new secret, then sends a webhook",
  ),

  "token.missing": check(
    "critical",
    VERIFY,
    "A webhook without a token is refused",
    "Sends no Authorization header, and an empty token",
  ),
  "token.in-query": check(
    "minor",
    VERIFY,
    "A token in the URL is refused",
    "Sends a good token as ?jwt=: URLs end up in access logs",
  ),
  "token.tampered": check(
    "critical",
    VERIFY,
    "A tampered token is refused",
    "Changes the claims of a good token, and its signature",
  ),
  "token.alg-none": check(
    "critical",
    VERIFY,
    "An unsigned token is refused",
    "Sends the algorithm none, in two spellings",
  ),
  "token.truncated": check(
    "critical",
    VERIFY,
    "A truncated token is refused",
    "Leaves the signature empty, and leaves it out",
  ),
  "token.algorithm": check(
    "serious",
    VERIFY,
    "Another algorithm is refused",
    "Sends HS384 with the right secret, and RS256 with the key of signed install",
  ),
  "token.foreign-secret": check(
    "critical",
    VERIFY,
    "The secret of another site is refused",
    "Signs with it in the name of this site",
  ),
  "token.empty-secret": check(
    "critical",
    VERIFY,
    "An empty secret is refused",
    "Signs with no secret, with undefined and with null",
  ),
  "token.expired": check(
    "serious",
    VERIFY,
    "An expired token is refused",
    "Sends a token that expired ten minutes ago",
  ),
  "token.without-expiry": check("serious", CLAIMS, "A token that never expires is refused", "Leaves exp out"),
  "token.endless": check(
    "serious",
    CLAIMS,
    "An expiry without end is refused",
    "Sends the number 1e999 as exp",
  ),
  "token.early": check(
    "minor",
    CLAIMS,
    "A token that is not valid yet is refused",
    "Sends an nbf that is ten minutes ahead",
  ),
  "token.issuer-unknown": check(
    "critical",
    VERIFY,
    "An unknown issuer is refused",
    "Signs for an iss that was never installed",
  ),
  "token.issuer-missing": check("critical", VERIFY, "A token without an issuer is refused", "Leaves iss out"),
  "token.issuer-type": check(
    "critical",
    VERIFY,
    "An issuer that is no text is refused",
    "Sends a database query, a list and `__proto__` as iss",
  ),
  "token.uninstalled": check(
    "serious",
    VERIFY,
    "The secret of an uninstalled site is refused",
    "Signs with it after the uninstalled callback",
  ),
  "token.qsh-missing": check("serious", VERIFY, "A token for any request is refused", "Leaves qsh out"),
  "token.qsh-path": check(
    "serious",
    VERIFY,
    "A token for another path is refused",
    "Sends the qsh of another path, and zeros",
  ),
  "token.qsh-query": check(
    "serious",
    VERIFY,
    "A changed query is refused",
    "Adds parameters to the URL of a signed request, and a query to a token for the path alone",
  ),
  "token.qsh-method": check(
    "serious",
    VERIFY,
    "A token for another method is refused",
    "Sends the qsh of a GET",
  ),
  "token.qsh-context": check(
    "critical",
    VERIFY,
    "The token of a page is refused",
    "Sends context-qsh, which every user of a page can read",
  ),

  "install.unsigned-new": check(
    "critical",
    INSTALL,
    "An unsigned install of a new site is refused",
    "Installs a made-up site without a token",
  ),
  "install.unsigned-known": check(
    "critical",
    INSTALL,
    "An unsigned install of a known site is refused",
    "Brings the site another secret without a token",
  ),
  "install.symmetric": check(
    "critical",
    INSTALL,
    "An install signed with a secret is refused",
    "Signs with the secret that it brings, with that of the site, and as a page",
  ),
  "install.key-confusion": check(
    "critical",
    INSTALL,
    "The public key is no secret",
    "Signs HS256 with the host's public key",
  ),
  "install.stranger-key": check(
    "critical",
    INSTALL,
    "Another key under the host's kid is refused",
    "Signs with a key that the host doesn't have, and with none",
  ),
  "install.embedded-key": check(
    "critical",
    INSTALL,
    "A key in the token is not believed",
    "Sends the signing key as jwk",
  ),
  "install.key-url": check(
    "critical",
    INSTALL,
    "A key server in the token is not asked",
    "Sends its URL as jku and as x5u",
  ),
  "install.kid-unknown": check(
    "critical",
    INSTALL,
    "An unknown kid is refused",
    "Sends kids that the key server doesn't have, a URL as kid, and none",
  ),
  "install.kid-form": check(
    "minor",
    INSTALL,
    "A kid that is no plain name is refused",
    "Sends the host's kid with a query, with a path and in a list",
  ),
  "install.audience": check(
    "serious",
    INSTALL,
    "An install for another add-on is refused",
    "Sends another aud, one that begins alike, and none",
  ),
  "install.issuer": check(
    "critical",
    INSTALL,
    "An install in the name of another site is refused",
    "Signs for one site and names another in the body; and leaves iss out",
  ),
  "install.qsh": check(
    "serious",
    INSTALL,
    "An install for another request is refused",
    "Leaves qsh out, sends that of another path, and context-qsh",
  ),
  "install.expired": check(
    "serious",
    INSTALL,
    "An expired install is refused",
    "Sends a token that expired ten minutes ago",
  ),
  "install.replayed": check(
    "serious",
    REPLAY,
    "A replayed install is refused",
    "Sends an old installed callback again, after a rotation",
  ),
  "install.replayed-after-uninstall": check(
    "serious",
    REPLAY,
    "An install is refused after its uninstall",
    "Sends an old installed callback again, after the uninstalled callback",
  ),
  "install.without-secret": check(
    "serious",
    INSTALL,
    "An install without a secret is refused",
    "Signs a callback whose body has no sharedSecret",
  ),
  "callback.uninstalled-unsigned": check(
    "critical",
    CALLBACK,
    "An unsigned uninstall is refused",
    "Makes the callback without a token",
  ),
  "callback.uninstalled-foreign": check(
    "critical",
    CALLBACK,
    "A site can't uninstall another one",
    "Signs for one site and names another in the body",
  ),
  "callback.disabled-unsigned": check(
    "critical",
    CALLBACK,
    "An unsigned disabled callback is refused",
    "Makes the callback without a token",
  ),
  "callback.enabled-foreign": check(
    "serious",
    CALLBACK,
    "A site can't enable another one",
    "Signs with the secret of another site, in both names",
  ),

  "response.leaks": check(
    "serious",
    LEAKS,
    "No response tells a secret or a stack trace",
    "Looks through all responses of the run",
  ),
} as const satisfies Record<string, CheckDefinition>;

export type CheckId = keyof typeof CHECKS;

export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

/** The part of an ID before the dot: "descriptor", "token" … */
export const toGroup = (id: CheckId): string => id.slice(0, id.indexOf("."));

/** Returns the checks that the words name: IDs, groups, or IDs with `*`; undefined for a word that names none. */
export function selectChecks(words: readonly string[]): readonly CheckId[] | { readonly unknown: string } {
  if (words.length === 0) return CHECK_IDS;
  const chosen = words.map((word) => {
    const pattern = new RegExp(`^${word.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
    return CHECK_IDS.filter((id) => pattern.test(id) || toGroup(id) === word);
  });
  const unknown = words.find((_, index) => chosen[index]?.length === 0);
  return unknown === undefined ? CHECK_IDS.filter((id) => chosen.flat().includes(id)) : { unknown };
}
