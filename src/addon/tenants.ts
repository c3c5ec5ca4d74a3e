/**
 * Tenants: the hosts that installed this add-on, each under its clientKey, and where they are kept. A store is three
 * functions, so that any database will do.
 */

/** What a handler may know of a host. */
export interface TenantView {
  readonly clientKey: string;
  /** Where the host answers calls. */
  readonly baseUrl: string;
  /** Where people see the host, when that is elsewhere. */
  readonly displayUrl?: string;
  readonly productType: string;
}

interface TenantRecord extends TenantView {
  /** `iat` (seconds) of the last signed callback that was accepted; older ones are replays. */
  readonly lifecycleIat: number;
  /** Fingerprints of the tokens accepted with exactly that `iat`, whose second may hold more than one callback. */
  readonly lifecycleTokens: readonly string[];
  /** True once the host is known to sign bodies: from then on an unsigned webhook is refused. */
  readonly signsBodies?: boolean;
}

export interface InstalledTenant extends TenantRecord {
  /** `installed` until the host says `enabled` or `disabled`. */
  readonly state: "installed" | "enabled" | "disabled";
  readonly sharedSecret: string;
  /** The secret before the last rotation, good for webhooks until `acceptedUntil` (epoch ms). */
  readonly previousSecret?: { readonly sharedSecret: string; readonly acceptedUntil: number };
}

/** What is left of a tenant: no secret, only what an old `installed` callback is told apart by. */
export interface UninstalledTenant extends TenantRecord {
  readonly state: "uninstalled";
}

export type Tenant = InstalledTenant | UninstalledTenant;

/** Where tenants are kept. Holds secrets: encrypt them at rest where others can read the medium. */
export interface TenantStore {
  readonly find: (clientKey: string) => Promise<Tenant | undefined>;
  /** Inserts or replaces the tenant with this clientKey. */
  readonly save: (tenant: Tenant) => Promise<void>;
  readonly list: () => Promise<readonly Tenant[]>;
}

/** A store that forgets everything at exit: for tests, and for hosts that install at every start. */
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

/** The tenant without its secrets. */
export function viewOf(tenant: Tenant): TenantView {
  const { clientKey, baseUrl, displayUrl, productType } = tenant;
  return { clientKey, baseUrl, productType, ...(displayUrl === undefined ? {} : { displayUrl }) };
}
