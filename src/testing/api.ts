/** The REST API of a test host, within the process. */
import type { Product } from "../catalogue/index.ts";
import type { Config } from "../config.ts";
import { createManagement } from "../embed/management.ts";
import type { Management } from "../embed/management.ts";
import type { OpenedHost } from "../host/index.ts";
import { createInProcessApi } from "../host/web/api/in-process.ts";
import type { InProcessApi } from "../host/web/api/in-process.ts";

export interface Api extends InProcessApi, Management {
  readonly findProduct: (key: string) => Product | undefined;
}

export function createApi(
  { rooms, findSite }: Pick<OpenedHost, "rooms" | "findSite">,
  { bodyLimitBytes, bodyValues }: Pick<Config, "bodyLimitBytes" | "bodyValues">,
): Api {
  const api = createInProcessApi({ rooms, findSite, bodyLimitBytes, bodyValues });
  return {
    ...api,
    ...createManagement(api),
    findProduct: (key) => rooms.catalogue.siteProducts.find((product) => product.key === key),
  };
}
