/** Puts the Inspector on every site of a host: as an add-on where there are add-ons, as a plain webhook elsewhere. */
import { messageOf } from "../errors.ts";
import { isAddonProduct } from "./descriptor.ts";
import type { HostApi, HostSite } from "./host-api.ts";
import type { Plain } from "./plain.ts";

export interface Installed {
  readonly site: HostSite;
  readonly as: "add-on" | "webhook";
  /** Why it could not be done; undefined when it was. */
  readonly problem: string | undefined;
}

/** The host would refuse it with the rule alone, without a word on what to do. */
const NEEDS_HTTPS =
  "Projectrak sends to https:// urls only: start the Inspector with --tls-cert and --tls-key, or a --base-url that has it";

/** One site that refuses does not keep the others from being installed on. Rejects when the sites cannot be listed. */
export async function installEverywhere(
  api: HostApi,
  baseUrl: string,
  plain: Pick<Plain, "pathOf" | "secretOf">,
): Promise<readonly Installed[]> {
  const sites = await api.sites();
  return Promise.all(sites.map((site) => installOn(site, api, baseUrl, plain)));
}

async function installOn(
  site: HostSite,
  api: HostApi,
  baseUrl: string,
  plain: Pick<Plain, "pathOf" | "secretOf">,
): Promise<Installed> {
  const as = isAddonProduct(site.product) ? "add-on" : "webhook";
  if (site.product === "projectrak" && !baseUrl.startsWith("https://")) {
    return { site, as, problem: NEEDS_HTTPS };
  }
  try {
    if (as === "add-on")
      await api.installAddon(site.key, `${baseUrl}/${site.product}/atlassian-connect.json`);
    else await api.putWebhook(site, baseUrl + plain.pathOf(site.product, site.key), plain.secretOf(site.key));
    return { site, as, problem: undefined };
  } catch (error) {
    return { site, as, problem: messageOf(error) };
  }
}
