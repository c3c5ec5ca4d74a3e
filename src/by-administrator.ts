/**
 * The sentence about what only the administrator of the server can do: set a variable of its environment, give it a disk, mend its
 * proxy. Tenants, vendors and add-ons read the same texts, and no login says who can. So each such text names who it is. Pure.
 */

/**
 * Returns a sentence without its period.
 *
 * @param what begins with a verb: "allow it"
 * @param how the setting, "CALLBOARD_ALLOW_NETWORKS=10.0.0.1", or an instruction
 */
export function byAdministrator(what: string, how?: string): string {
  return `The administrator of this server can ${what}${how === undefined ? "" : `: ${how}`}`;
}
