/**
 * The faults that are planted into an add-on, and the check that has to find each: listed before the checks were written.
 *
 * `contract` and `attack` are the list of 30. `further` ones make sure that every other check can fail as well.
 */

export interface PlantedFault {
  readonly id: string;
  readonly kind: "contract" | "attack" | "further";
  /** What the add-on does wrong. */
  readonly title: string;
  /** ID of the check that names it. */
  readonly foundBy: string;
}

const contract = (id: string, foundBy: string, title: string): PlantedFault => ({
  id,
  kind: "contract",
  title,
  foundBy,
});
const attack = (id: string, foundBy: string, title: string): PlantedFault => ({
  id,
  kind: "attack",
  title,
  foundBy,
});
const further = (id: string, foundBy: string, title: string): PlantedFault => ({
  id,
  kind: "further",
  title,
  foundBy,
});

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  contract("descriptor-foreign-url", "descriptor.valid", "a webhook's url is absolute, on another origin"),
  contract("enabled-fails", "lifecycle.enabled", "the enabled callback returns 500"),
  contract("route-missing", "webhook.events", "a declared webhook has no route and returns 404"),
  contract("body-required", "webhook.events", "a webhook with excludeBody returns 400 without a body"),
  contract("hangs", "webhook.events", "a webhook never responds"),
  contract("identifier-once", "webhook.duplicate", "a repeated delivery identifier returns 500"),
  contract("fields-strict", "webhook.unknown-fields", "unknown members of a body return 400"),
  contract("body-small", "webhook.large-body", "a body of more than 100 KiB returns 413"),
  contract("order-expected", "webhook.order", "an update of an unknown issue returns 500"),
  contract("secret-kept", "change.rotated-secret", "a second shared secret is not stored"),
  contract("url-pinned", "change.renamed-site", "another baseUrl of a known site returns 409"),
  contract("tombstone", "change.reinstall", "a site that was uninstalled once stays uninstalled"),

  attack("decodes-only", "token.tampered", "the token is decoded, its signature never compared"),
  attack("alg-none", "token.alg-none", "a token with the algorithm none needs no signature"),
  attack("signature-optional", "token.truncated", "an empty signature counts as valid"),
  attack("any-secret", "token.foreign-secret", "the secret of any tenant verifies every token"),
  attack("exp-optional", "token.without-expiry", "a token without exp never expires"),
  attack("nbf-ignored", "token.early", "nbf is not checked"),
  attack("issuer-fallback", "token.issuer-unknown", "an unknown iss stands for the first tenant, unverified"),
  attack("uninstalled-kept", "token.uninstalled", "the secret of an uninstalled site stays valid"),
  attack("issuer-query", "token.issuer-type", "an object as iss matches any tenant, unverified"),
  attack("qsh-ignored", "token.qsh-path", "qsh is not compared"),
  attack("qsh-without-query", "token.qsh-query", "qsh is compared without the query"),
  attack("context-accepted", "token.qsh-context", "context-qsh is accepted in place of a hash"),
  attack("audience-ignored", "install.audience", "aud of a signed install is not compared"),
  attack(
    "install-symmetric",
    "install.symmetric",
    "a token with the shared secret, as pages have, re-installs",
  ),
  attack("install-qsh-optional", "install.qsh", "a signed install needs no qsh"),
  attack("install-replay", "install.replayed", "an old signed install is accepted again"),
  attack("install-unsigned", "install.unsigned-new", "the first install of a site needs no token"),
  attack("uninstall-foreign", "callback.uninstalled-foreign", "a site can uninstall another one"),

  further("descriptor-warned", "descriptor.warnings", "the descriptor has an event type that does not exist"),
  further("no-authentication", "descriptor.authentication", "the descriptor asks for no authentication"),
  further("installed-redirects", "lifecycle.installed", "the installed callback returns 302"),
  further("disabled-fails", "lifecycle.disabled", "the disabled callback returns 500"),
  further("uninstalled-missing", "lifecycle.uninstalled", "the uninstalled callback has no route"),
  further("retry-refused", "webhook.retry", "a request with a retry header returns 400"),
  further("redelivery-refused", "webhook.redelivery", "a redelivery returns 409"),
  further("sequence-strict", "webhook.sequence", "a gap between the numbers of a key returns 409"),
  further("word-unknown", "webhook.word", "a response has webhook-delivery with a value that no host knows"),
  further("word-disables", "webhook.word", "a response to a sample makes the subscription inactive"),
  further("slow-refused", "webhook.slow-body", "a body that takes longer than 500 ms is cut off"),
  further("body-unsigned", "webhook.body-signature", "a body is not held against its signature"),
  further("install-once", "change.repeated-install", "a second install of a site returns 500"),
  further("secret-at-once", "change.secret-overlap", "the previous secret is refused at once"),
  further("token-optional", "token.missing", "a webhook without a token is accepted"),
  further("token-in-query", "token.in-query", "a webhook's token can be in the URL"),
  further("alg-from-header", "token.algorithm", "the algorithm is taken from the token's header"),
  further("secret-empty", "token.empty-secret", "a token signed with an empty secret is accepted"),
  further("exp-ignored", "token.expired", "exp is not compared with the clock"),
  further("exp-infinite", "token.endless", "any number counts as exp"),
  further("issuer-missing", "token.issuer-missing", "a token without iss stands for the first tenant"),
  further("qsh-optional", "token.qsh-missing", "a token without qsh is accepted"),
  further("qsh-any-method", "token.qsh-method", "qsh of another method is accepted"),
  further("install-overwrites", "install.unsigned-known", "an unsigned install replaces a known secret"),
  further("key-confusion", "install.key-confusion", "the public key is taken for a shared secret"),
  further("stranger-key", "install.stranger-key", "the signature of an install is not verified"),
  further("embedded-key", "install.embedded-key", "the key in the token's header is used"),
  further("key-url", "install.key-url", "the key is fetched from a URL in the token's header"),
  further("kid-appended", "install.kid-form", "any kid is appended to the URL of the key server"),
  further("kid-unknown", "install.kid-unknown", "an unknown kid stands for the key that was fetched last"),
  further("install-issuer", "install.issuer", "a site can install in the name of another one"),
  further("install-expired", "install.expired", "exp of a signed install is not checked"),
  further(
    "install-revives",
    "install.replayed-after-uninstall",
    "an old install is accepted after the uninstall",
  ),
  further("secret-not-needed", "install.without-secret", "an install without sharedSecret is accepted"),
  further(
    "uninstall-unsigned",
    "callback.uninstalled-unsigned",
    "an unsigned uninstalled callback is accepted",
  ),
  further("disable-unsigned", "callback.disabled-unsigned", "an unsigned disabled callback is accepted"),
  further("enable-foreign", "callback.enabled-foreign", "a site can enable another one"),
  further("refused-but-stored", "install.unsigned-known", "an unsigned install returns 401 and is stored"),
  further("secret-told", "response.leaks", "a response has the shared secret"),
  further("stack-told", "response.leaks", "a response has a stack trace"),
];
