/** Secrets that were lost with the master key: how a receiver without its secret is known, and when an add-on gets a new one. */

/** Inactivity reason of an outgoing webhook whose signing secret was lost. */
export const SECRET_LOST = "its signing secret is lost; set a new one, then activate it";

/** Inactivity reason once a lost signing secret was replaced. */
export const SECRET_REPLACED =
  "its lost signing secret was replaced; activate it once the receiver has the new one";

/** Without its secret, an outgoing webhook would send unsigned what its receiver expects to be signed. */
export function isSecretLost(webhook: {
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
  readonly secret: string | undefined;
}): boolean {
  return !webhook.active && webhook.inactiveBecause === SECRET_LOST && webhook.secret === undefined;
}

/** An installed add-on that signs, but whose shared secret was lost. Its deliveries are held until it has a new one. */
export function lacksSecret(installation: {
  readonly authentication: "jwt" | "none";
  readonly state: "enabled" | "disabled" | "uninstalled";
  readonly sharedSecret: string | undefined;
}): boolean {
  const { authentication, state, sharedSecret } = installation;
  return authentication === "jwt" && state !== "uninstalled" && sharedSecret === undefined;
}

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 10 * 60_000;

/** Time from a failed reinstall to the next one, `failures` of which have failed in a row: 5 s, doubled up to 10 min. */
export function reinstallDelayMs(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}
