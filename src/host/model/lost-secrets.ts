/** Handles secrets lost with the master key: finds receivers without one and schedules the reinstall of add-ons. */

/** Reason for the inactivity of an outgoing webhook whose signing secret was lost. */
export const SECRET_LOST = "its signing secret is lost; set a new one, then activate it";

/** Reason for the inactivity of an outgoing webhook whose routing key was lost. */
export const ROUTING_KEY_LOST = "its routing key is lost; set it again, then activate it";

/** Reason for its inactivity after the secret was replaced. */
export const SECRET_REPLACED =
  "its lost signing secret was replaced; activate it once the receiver has the new one";

/** Reports whether the signing secret was lost. The webhook would otherwise send unsigned requests. */
export function isSecretLost(webhook: {
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
  readonly secret: string | undefined;
}): boolean {
  return !webhook.active && webhook.inactiveBecause === SECRET_LOST && webhook.secret === undefined;
}

/** Reason for the inactivity of an outgoing webhook whose headers, authentication or client certificate were lost. */
export const CREDENTIALS_LOST =
  "its credentials are lost; set headers, authentication and TLS again, then activate it";

/** Reports whether the receiver would not recognize Callboard, because what proves it was lost. */
export function areCredentialsLost(webhook: {
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
}): boolean {
  return !webhook.active && webhook.inactiveBecause === CREDENTIALS_LOST;
}

/** Reports whether an add-on that uses JWTs lost its shared secret. Its deliveries are held until it has a new one. */
export function lacksSecret(installation: {
  readonly authentication: "jwt" | "none";
  readonly state: "enabled" | "disabled" | "uninstalled";
  readonly sharedSecret: string | undefined;
}): boolean {
  const { authentication, state, sharedSecret } = installation;
  return authentication === "jwt" && state !== "uninstalled" && sharedSecret === undefined;
}

const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 10 * 60_000;

/** Returns the delay of the next reinstall after `failures` failed ones: 5 s, doubled up to 10 min. */
export function reinstallDelayMs(failures: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}
