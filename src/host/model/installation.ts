/** Installations: one add-on on one site. */
import type { AuthenticationType, Descriptor } from "../../protocol/descriptor.ts";
import type { ScopeGrant } from "./scope-consent.ts";

export type InstallationState = "enabled" | "disabled" | "uninstalled";

export interface Installation {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly descriptor: Descriptor;
  /** Undefined if the descriptor was posted inline. */
  readonly descriptorUrl: string | undefined;
  readonly baseUrl: string;
  readonly authentication: AuthenticationType;
  readonly state: InstallationState;
  /** Scopes of the product that were accepted for it. Empty for products without scopes of their own. */
  readonly grantedScopes: readonly ScopeGrant[];
  /** Undefined for authentication `none`, and after an uninstall. */
  readonly sharedSecret: string | undefined;
  /** The secret before the last rotation, accepted until then, or the one that signs a legacy reinstall. */
  readonly previousSecret: string | undefined;
  readonly previousSecretUntil: number | undefined;
  readonly installedAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | undefined;
}
