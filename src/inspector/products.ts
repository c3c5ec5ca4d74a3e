/** The products of a host as the Inspector knows them: the built-in ones, and own ones as the host describes them. */
import { defineProduct } from "../catalogue/index.ts";
import type { LiveCatalogue } from "../catalogue/index.ts";
import type { HostApi } from "./host-api.ts";

export interface HostProducts {
  readonly catalogue: LiveCatalogue;
  /** Reads the own products again. Rejects as the host's API does. Resolves to true if they are others than before. */
  readonly refresh: () => Promise<boolean>;
}

export function createHostProducts(
  catalogue: LiveCatalogue,
  api: Pick<HostApi, "ownProducts">,
): HostProducts {
  let known = "[]";
  return {
    catalogue,
    refresh: async () => {
      const documents = await api.ownProducts();
      const found = JSON.stringify(documents);
      if (found === known) return false;
      known = found;
      catalogue.replaceOwn(documents.map((document) => defineProduct(document)));
      return true;
    },
  };
}
