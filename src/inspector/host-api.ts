/** The part of Callboard's public API that the Inspector uses: sites, add-ons, webhooks, the catalogue and events. */
/**
 * One call of the API under the Inspector's token: `path` begins after `/api/v1`, the answer is its parsed JSON. Rejects,
 * with a message for people, when the host refuses or cannot be reached.
 */
export type HostCall = (method: "GET" | "POST" | "PUT", path: string, body?: Row) => Promise<unknown>;

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

export interface HostApi {
  readonly sites: () => Promise<readonly HostSite[]>;
  readonly installAddon: (site: string, descriptorUrl: string) => Promise<void>;
  /** Creates the site's webhook to `url`, or gives the one that is there its secret. */
  readonly putWebhook: (site: HostSite, url: string, secret: string) => Promise<void>;
  /** The catalogue's sample body of an event, as this site would send it. */
  readonly sample: (site: HostSite, event: string) => Promise<unknown>;
  readonly publish: (site: string, event: string, payload: unknown) => Promise<readonly PublishedDelivery[]>;
}

/** Every function rejects as the call does. */
export function createHostApi(call: HostCall): HostApi {
  async function items(path: string): Promise<readonly Row[]> {
    const page = rowOf(await call("GET", path));
    const list: readonly unknown[] = Array.isArray(page["items"]) ? page["items"] : [];
    const next = page["next"];
    const rest = typeof next === "string" ? await items(withCursor(path, next)) : [];
    return [...list.map(rowOf), ...rest];
  }

  return {
    sites: async () =>
      (await items("/sites")).map((row) => {
        const envelope = text(rowOf(row["options"]), "envelope");
        const site = { key: text(row, "key"), product: text(row, "product") };
        return envelope === "" ? site : { ...site, envelope };
      }),
    installAddon: async (site, descriptorUrl) => {
      await call("POST", `/sites/${site}/addons`, { descriptorUrl });
    },
    putWebhook: async ({ key, product }, url, secret) => {
      // A Projectrak webhook has a name and a url, and its format knows no signature.
      const signed = product === "projectrak" ? {} : { secret };
      const webhook = { name: "Webhook Inspector", url, allEvents: true, format: product, ...signed };
      const known = (await items(`/sites/${key}/webhooks`)).find((row) => row["url"] === url);
      if (known === undefined) await call("POST", `/sites/${key}/webhooks`, webhook);
      else await call("PUT", `/sites/${key}/webhooks/${text(known, "id")}`, webhook);
    },
    sample: async ({ product, envelope }, event) => {
      const query = envelope === undefined ? "" : `?envelope=${encodeURIComponent(envelope)}`;
      return rowOf(await call("GET", `/catalogue/${product}/${encodeURIComponent(event)}${query}`))["sample"];
    },
    publish: async (site, event, payload) => {
      const accepted = rowOf(await call("POST", `/sites/${site}/events`, { event, payload }));
      const deliveries: readonly unknown[] = Array.isArray(accepted["deliveries"])
        ? accepted["deliveries"]
        : [];
      return deliveries.map(rowOf).map((row) => ({ id: text(row, "id"), url: text(row, "url") }));
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function rowOf(value: unknown): Row {
  return typeof value === "object" && value !== null ? (value as Row) : {};
}

function text(row: Row, member: string): string {
  const value = row[member];
  return typeof value === "string" ? value : "";
}

function withCursor(path: string, cursor: string): string {
  return `${path.replace(/\?.*$/, "")}?cursor=${encodeURIComponent(cursor)}`;
}
