/** Scopes of own products: what an add-on asks for, what was granted, and what is still to be accepted. Pure. */
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";

/** Scope that a user accepted for an installation. */
export interface ScopeGrant {
  readonly scope: string;
  /** Epoch ms. */
  readonly grantedAt: number;
  /** Actor, in the form of the audit log. */
  readonly grantedBy: string;
}

/** A scope with the product's description. */
export interface AskedScope {
  readonly name: string;
  readonly description: string;
}

/** The scopes of an install, or of an upgrade. */
export interface ScopePlan {
  /** Distinct scopes of the descriptor. Empty for products without their own scopes. */
  readonly asked: readonly AskedScope[];
  /** Scopes that are not granted yet. */
  readonly toAccept: readonly AskedScope[];
  /** Granted before, and no longer asked for. */
  readonly dropped: readonly string[];
}

/** Names of scopes, or all that the descriptor asks for: clients of Connect have no way to name them. */
export type AcceptedScopes = "all" | readonly string[];

/** @param granted grants of the installation that is upgraded; none for an add-on that is not installed */
export function planScopes(
  asked: readonly string[],
  scopes: Product["scopes"],
  granted: readonly ScopeGrant[],
): ScopePlan {
  const listed = [...new Set(asked)].flatMap((name) => {
    const scope = scopes?.get(name);
    return scope === undefined ? [] : [{ name, description: scope.description }];
  });
  const before = new Set(granted.map(({ scope }) => scope));
  const names = new Set(listed.map(({ name }) => name));
  return {
    asked: listed,
    toAccept: listed.filter(({ name }) => !before.has(name)),
    dropped: [...before].filter((name) => !names.has(name)),
  };
}

/** @throws {CallboardError} SCOPES_NOT_ACCEPTED, with each scope that is to be accepted */
export function requireAccepted({ toAccept }: ScopePlan, accepted: AcceptedScopes, addonName: string): void {
  if (accepted === "all") return;
  const missing = toAccept.filter(({ name }) => !accepted.includes(name));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new CallboardError(
    "SCOPES_NOT_ACCEPTED",
    `${addonName} asks for ${missing.length === 1 ? "a scope that was" : `${missing.length} scopes that were`} not accepted: ${names}`,
    { extra: { scopes: missing } },
  );
}

/** Returns the grants after the install. A scope that was granted before keeps its time and actor. */
export function grantsAfter(
  { asked }: ScopePlan,
  granted: readonly ScopeGrant[],
  now: Omit<ScopeGrant, "scope">,
): readonly ScopeGrant[] {
  return asked.map(({ name }) => granted.find(({ scope }) => scope === name) ?? { scope: name, ...now });
}
