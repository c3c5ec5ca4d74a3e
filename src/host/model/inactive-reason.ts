/** Why a webhook or a subscription is inactive, as it is stored and as it is shown. Pure. */

/** Stored before some reasons by earlier versions. */
const STATE = "inactive: ";

/** Returns the plain reason: "410 since 2026-01-31T12:00:00.000Z". */
export function toInactiveReason(stored: string): string {
  return stored.startsWith(STATE) ? stored.slice(STATE.length) : stored;
}

/** Returns the state with its reason where both stand in one line: "inactive: 410 since …", or "inactive". */
export function inactiveText(reason: string | null | undefined): string {
  return reason === null || reason === undefined ? "inactive" : `${STATE}${toInactiveReason(reason)}`;
}
