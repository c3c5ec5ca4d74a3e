/**
 * Tenants: the hosts that installed the add-on, by clientKey. A store needs only three functions, so any database will do.
 */

/** The parts of a tenant that handlers get. */
export interface TenantView {
  readonly clientKey: string;
  /** URL of the host for calls. */
  readonly baseUrl: string;
  /** URL of the host for users, if it differs. */
  readonly displayUrl?: string;
  readonly productType: string;
}

interface TenantRecord extends TenantView {
  /** `iat` (seconds) of the last accepted signed callback. Older ones are replays. */
  readonly lifecycleIat: number;
  /** Fingerprints of the tokens accepted with that `iat`. One second can have several callbacks. */
  readonly lifecycleTokens: readonly string[];
  /** True once the host is known to sign bodies. Unsigned webhooks are refused from then on. */
  readonly signsBodies?: boolean;
}

export interface InstalledTenant extends TenantRecord {
  /** `installed` until the `enabled` or `disabled` callback. */
  readonly state: "installed" | "enabled" | "disabled";
  readonly sharedSecret: string;
  /** The secret before the last rotation, valid for webhooks until `acceptedUntil` (epoch ms). */
  readonly previousSecret?: { readonly sharedSecret: string; readonly acceptedUntil: number };
}

/** An uninstalled tenant: no secret, only the data that recognizes an old `installed` callback. */
export interface UninstalledTenant extends TenantRecord {
  readonly state: "uninstalled";
}

export type Tenant = InstalledTenant | UninstalledTenant;

/** A store of tenants. It holds secrets: encrypt them at rest if others can read the medium. */
export interface TenantStore {
  readonly find: (clientKey: string) => Promise<Tenant | undefined>;
  /** Inserts the tenant, or replaces the one with its clientKey. */
  readonly save: (tenant: Tenant) => Promise<void>;
  readonly list: () => Promise<readonly Tenant[]>;
}

/** Creates a store in memory, for tests and for hosts that install at every start. */
export function createMemoryTenants(initial: readonly Tenant[] = []): TenantStore {
  const tenants = new Map(initial.map((tenant) => [tenant.clientKey, tenant]));
  return {
    find: (clientKey) => Promise.resolve(tenants.get(clientKey)),
    save: (tenant) => {
      tenants.set(tenant.clientKey, tenant);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...tenants.values()]),
  };
}

export function isInstalled(tenant: Tenant | undefined): tenant is InstalledTenant {
  return tenant !== undefined && tenant.state !== "uninstalled";
}

/** Returns the tenant without its secrets. */
export function toTenantView(tenant: Tenant): TenantView {
  const { clientKey, baseUrl, displayUrl, productType } = tenant;
  return { clientKey, baseUrl, productType, ...(displayUrl === undefined ? {} : { displayUrl }) };
}
