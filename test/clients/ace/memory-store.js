/** Keeps tenants in memory, so that no database has to be built for the library's own stores. */
"use strict";

function createMemoryStore() {
  const tenants = new Map();
  const findTenant = (clientKey) => tenants.get(clientKey) ?? tenants.set(clientKey, new Map()).get(clientKey);

  return {
    schema: undefined,
    isMemoryStore: () => true,
    getAllClientInfos: async () =>
      [...tenants.values()].map((values) => values.get("clientInfo")).filter(Boolean),
    get: async (key, clientKey) => tenants.get(clientKey)?.get(key) ?? null,
    set: async (key, value, clientKey) => {
      findTenant(clientKey).set(key, value);
      return value;
    },
    saveInstallation: async (value, clientKey) => {
      findTenant(clientKey).set("clientInfo", value);
      return value;
    },
    del: async (key, clientKey) => {
      if (clientKey === undefined) return tenants.delete(key);
      return tenants.get(clientKey)?.delete(key) ?? false;
    },
  };
}

module.exports = { createMemoryStore };
