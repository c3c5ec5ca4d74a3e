/** What the temporary host does to the add-on on its three sites: installs, rotations, a rename, uninstalls. */
import { setTimeout as delay } from "node:timers/promises";
import { CallboardError, getMessage } from "../errors.ts";
import type { Budget } from "./budget.ts";
import type { Exchange } from "./exchange.ts";
import { once } from "./once.ts";
import { Blocked } from "./outcome.ts";
import type { Prober } from "./prober.ts";
import type { TemporaryHost } from "./temporary-host.ts";
import type { Tenant } from "./tenant.ts";

/** The site under attack, another site of the same host, and one that has uninstalled the add-on. */
export type Role = "own" | "other" | "gone";

/** What a change at the host did to the add-on. */
export interface Change {
  /** The callbacks that it made. */
  readonly calls: readonly Exchange[];
  /** The refusal of the host, if the change failed. */
  readonly problem: string | undefined;
}

export interface SiteChanges {
  /** Installs the add-on on the site, once. */
  readonly install: (role: Role) => Promise<Change>;
  /** @throws {Blocked} if the add-on could not be installed */
  readonly tenant: (role: Role) => Promise<Tenant>;
  /** Makes the `installed` callback again, with everything as it is. */
  readonly repeatInstall: () => Promise<Change>;
  /** Gives the own site a new secret. `isPatient` puts a second between this callback and the one before. */
  readonly rotate: (isPatient?: boolean) => Promise<Change>;
  /** The secret of the own site before the last one. */
  readonly previousSecret: () => string | undefined;
  /** Gives the own site another name and base URL. */
  readonly rename: () => Promise<Change>;
  /** Uninstalls the add-on and installs it again on the own site. */
  readonly reinstall: () => Promise<{ readonly uninstall: Change; readonly install: Change }>;
  /** Uninstalls the add-on from the site that is then gone, once. */
  readonly leave: () => Promise<{ readonly change: Change; readonly tenant: Tenant }>;
  /** Every shared secret that the add-on was told. */
  readonly secrets: () => readonly string[];
  /** Uninstalls the add-on from all sites, as far as it lets itself be. */
  readonly clear: () => Promise<void>;
}

export interface SiteChangesOptions {
  readonly host: TemporaryHost;
  readonly prober: Prober;
  readonly budget: Budget;
  /** URL of the descriptor. */
  readonly url: string;
  /** Key of the add-on. */
  readonly addonKey: () => Promise<string>;
  /** Key of the site's product. */
  readonly findProduct: (role: Role) => Promise<string>;
}

const BY = { actor: "check", address: "127.0.0.1" };
/** An install is two callbacks. */
const CALLBACKS = 2;

const toSiteKey = (role: Role) => `check-${role}`;
const toSecond = (at: number) => Math.floor(at / 1000);
const isRefused = ({ reply }: Exchange) => reply.kind === "response" && reply.status >= 400;

export function createSiteChanges(options: SiteChangesOptions): SiteChanges {
  const { host, prober, budget, url, addonKey, findProduct } = options;
  const { registry } = host;
  const tenants = new Map<Role, Tenant>();
  const secrets = new Set<string>();
  const installs = new Map<Role, Promise<Change>>();
  let previousSecret: string | undefined;
  /** Time of the last callback of each site. */
  const calledAt = new Map<Role, number>();

  const isSameSecond = (role: Role) => toSecond(Date.now()) === toSecond(calledAt.get(role) ?? 0);

  async function change(role: Role, work: () => Promise<unknown>): Promise<Change> {
    const before = prober.exchanges().length;
    let problem: string | undefined;
    try {
      await budget.within(work(), CALLBACKS * prober.limitMs + 1_000);
    } catch (error) {
      if (!(error instanceof CallboardError || error instanceof Blocked)) throw error;
      problem = getMessage(error);
    }
    calledAt.set(role, Date.now());
    return { calls: prober.exchanges().slice(before), problem };
  }

  async function changePatiently(role: Role, work: () => Promise<unknown>): Promise<Change> {
    while (isSameSecond(role)) await delay(10);
    return change(role, work);
  }

  /**
   * Hosts never make two `installed` callbacks within a second, and an add-on may order them by the seconds of `iat`: one that
   * is refused for that is made once more.
   */
  async function changeSoon(role: Role, work: () => Promise<unknown>): Promise<Change> {
    const isSoon = isSameSecond(role);
    const done = await change(role, work);
    return isSoon && done.calls.some(isRefused) ? changePatiently(role, work) : done;
  }

  async function remember(role: Role): Promise<void> {
    const siteKey = toSiteKey(role);
    const site = await host.sites.load(siteKey);
    const sharedSecret = await registry.revealSecret(siteKey, await addonKey(), BY).catch(() => "");
    secrets.add(sharedSecret);
    tenants.set(role, { siteKey, clientKey: site.clientKey, productType: site.product, sharedSecret });
  }

  async function installOn(role: Role): Promise<Change> {
    const done = await changeSoon(role, () =>
      registry.install(toSiteKey(role), { kind: "url", url }, { by: BY, acceptScopes: "all" }),
    );
    if (done.problem === undefined) await remember(role);
    return done;
  }

  const install = (role: Role): Promise<Change> => {
    const work = async () => {
      const product = await findProduct(role);
      await registry.createSite({ key: toSiteKey(role), product, name: `Check ${role}` }, BY);
      return installOn(role);
    };
    const known = installs.get(role) ?? work();
    installs.set(role, known);
    return known;
  };

  async function tenant(role: Role): Promise<Tenant> {
    const { problem } = await install(role);
    const found = tenants.get(role);
    if (found === undefined || problem !== undefined) throw new Blocked(`not installed: ${problem ?? ""}`);
    return found;
  }

  async function rotate(isPatient = false): Promise<Change> {
    const { siteKey, sharedSecret } = await tenant("own");
    const make = isPatient ? changePatiently : changeSoon;
    const done = await make("own", async () => registry.rotateSecret(siteKey, await addonKey(), BY));
    if (done.problem !== undefined) return done;
    await remember("own");
    previousSecret = sharedSecret;
    return done;
  }

  async function rename(): Promise<Change> {
    const { siteKey } = await tenant("own");
    // Another name of the same server, so that an add-on that calls it is answered.
    const baseUrl = `${host.url.replace("127.0.0.1", "localhost")}/${siteKey}`;
    return changePatiently("own", () =>
      registry.changeSite(siteKey, { name: "Check, renamed", baseUrl }, BY),
    );
  }

  // The host uninstalls whatever the add-on says, so that it can't be made once more.
  const uninstall = (role: Role): Promise<Change> =>
    changePatiently(role, async () => registry.uninstall(toSiteKey(role), await addonKey(), BY));

  return {
    install,
    tenant,
    repeatInstall: async () => {
      await tenant("own");
      return installOn("own");
    },
    rotate,
    previousSecret: () => previousSecret,
    rename,
    reinstall: async () => {
      await tenant("own");
      return { uninstall: await uninstall("own"), install: await installOn("own") };
    },
    leave: once(async () => {
      const left = await tenant("gone");
      return { tenant: left, change: await uninstall("gone") };
    }),
    secrets: () => [...secrets].filter((secret) => secret !== ""),
    clear: async () => {
      for (const role of tenants.keys()) {
        await registry.uninstall(toSiteKey(role), await addonKey(), BY).catch(() => undefined);
      }
    },
  };
}
