/** The part of Callboard's public API that the Inspector uses: sites, add-ons, webhooks, the catalogue and events. */
import { isOperationalProduct } from "../catalogue/index.ts";
import type { Catalogue, ProductData } from "../catalogue/index.ts";

/**
 * One call of the API under the Inspector's token: `path` begins after `/api/v1`, the answer is its parsed JSON. Rejects,
 * with a message for people, when the host refuses or cannot be reached.
 */
export type HostCall = (
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: Row,
) => Promise<unknown>;

export interface HostSite {
  readonly key: string;
  readonly product: string;
  /** The envelope of its bodies, where the product has two and it is not the usual one. */
  readonly envelope?: string;
}

export interface PublishedDelivery {
  readonly id: string;
  readonly url: string;
}

export interface NamedWebhook {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
}

export interface HostApi {
  /** All but Callboard's own, on which no product's events happen. */
  readonly sites: () => Promise<readonly HostSite[]>;
  /** The documents of the products that are not built in. */
  readonly ownProducts: () => Promise<readonly ProductData[]>;
  /** Descriptor URL of an installed add-on; undefined when it is not installed, or was installed without a URL. */
  readonly findAddon: (site: string, addonKey: string) => Promise<string | undefined>;
  readonly installAddon: (site: string, descriptorUrl: string) => Promise<void>;
  readonly uninstallAddon: (site: string, addonKey: string) => Promise<void>;
  /** Creates the site's webhook of this name, or changes the URL and secret of the one that exists. Resolves to its ID. */
  readonly putWebhook: (site: HostSite, webhook: NamedWebhook) => Promise<string>;
  readonly deleteWebhook: (site: string, id: string) => Promise<void>;
  /** The catalogue's sample body of an event, as this site would send it. */
  readonly sample: (site: HostSite, event: string) => Promise<unknown>;
  readonly publish: (site: string, event: string, payload: unknown) => Promise<readonly PublishedDelivery[]>;
}

/** Every function rejects as the call does. */
export function createHostApi(call: HostCall, catalogue: Pick<Catalogue, "get">): HostApi {
  async function items(path: string): Promise<readonly Row[]> {
    const page = toRow(await call("GET", path));
    const list: readonly unknown[] = Array.isArray(page["items"]) ? page["items"] : [];
    const next = page["next"];
    const rest = typeof next === "string" ? await items(withCursor(path, next)) : [];
    return [...list.map(toRow), ...rest];
  }

  return {
    sites: async () =>
      (await items("/sites")).flatMap((row) => {
        const envelope = text(toRow(row["options"]), "envelope");
        const site = { key: text(row, "key"), product: text(row, "product") };
        if (isOperationalProduct(site.product)) return [];
        return [envelope === "" ? site : { ...site, envelope }];
      }),
    ownProducts: async () => {
      const keys = (await items("/products"))
        .filter((row) => row["origin"] !== "built-in")
        .map((row) => text(row, "product"));
      return Promise.all(
        keys.map(async (key) => toRow(await call("GET", `/products/${key}`))["document"] as ProductData),
      );
    },
    findAddon: async (site, addonKey) => {
      const row = (await items(`/sites/${site}/addons`)).find((each) => each["key"] === addonKey);
      return row === undefined ? undefined : text(row, "descriptorUrl") || undefined;
    },
    installAddon: async (site, descriptorUrl) => {
      await call("POST", `/sites/${site}/addons`, { descriptorUrl });
    },
    uninstallAddon: async (site, addonKey) => {
      await call("DELETE", `/sites/${site}/addons/${encodeURIComponent(addonKey)}`);
    },
    putWebhook: async ({ key, product }, { name, url, secret }) => {
      // A Projectrak webhook has a name and a URL, and its format has no signature.
      const signed = catalogue.get(product).formats[0].isNameAndUrl === true ? {} : { secret };
      const webhook = { name, url, allEvents: true, format: product, ...signed };
      const known = (await items(`/sites/${key}/webhooks`)).find((row) => row["name"] === name);
      const saved = await (known === undefined
        ? call("POST", `/sites/${key}/webhooks`, webhook)
        : call("PUT", `/sites/${key}/webhooks/${text(known, "id")}`, webhook));
      return text(toRow(saved), "id");
    },
    deleteWebhook: async (site, id) => {
      await call("DELETE", `/sites/${site}/webhooks/${id}`);
    },
    sample: async ({ product, envelope }, event) => {
      const query = envelope === undefined ? "" : `?envelope=${encodeURIComponent(envelope)}`;
      return toRow(await call("GET", `/catalogue/${product}/${encodeURIComponent(event)}${query}`))["sample"];
    },
    publish: async (site, event, payload) => {
      const accepted = toRow(await call("POST", `/sites/${site}/events`, { event, payload }));
      const deliveries: readonly unknown[] = Array.isArray(accepted["deliveries"])
        ? accepted["deliveries"]
        : [];
      return deliveries.map(toRow).map((row) => ({ id: text(row, "id"), url: text(row, "url") }));
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function toRow(value: unknown): Row {
  return typeof value === "object" && value !== null ? (value as Row) : {};
}

function text(row: Row, member: string): string {
  const value = row[member];
  return typeof value === "string" ? value : "";
}

function withCursor(path: string, cursor: string): string {
  return `${path.replace(/\?.*$/, "")}?cursor=${encodeURIComponent(cursor)}`;
}
