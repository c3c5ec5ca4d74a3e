/** The REST API of a test host, within the process. */
import type { Product } from "../catalogue/index.ts";
import type { Config } from "../config.ts";
import { createEmbeddedApi } from "../embed/api.ts";
import type { EmbeddedApi } from "../embed/api.ts";
import type { OpenedHost } from "../host/index.ts";

export interface Api extends EmbeddedApi {
  readonly findProduct: (key: string) => Product | undefined;
}

export function createApi(
  opened: Pick<OpenedHost, "rooms" | "findSite">,
  config: Pick<Config, "bodyLimitBytes" | "bodyValues">,
): Api {
  const { catalogue } = opened.rooms;
  return {
    ...createEmbeddedApi(opened, config),
    findProduct: (key) => catalogue.siteProducts.find((product) => product.key === key),
  };
}
