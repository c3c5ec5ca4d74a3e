/** Stores tenants in one JSON file with mode 0600. A crash leaves the old or the new file, because each write replaces it. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "../directory.ts";
import { CallboardError } from "../errors.ts";
import { replaceFile } from "../whole-file.ts";
import type { Tenant, TenantStore } from "./tenants.ts";

/**
 * Creates a store in a file, for one process. It is read on first use and written on each change.
 * @throws {CallboardError} CONFIG_INVALID on first use if the file has another format, STORE_TOO_NEW if a later version wrote
 * it.
 */
export function createFileTenants(file: string): TenantStore {
  let loaded: Promise<Map<string, Tenant>> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();

  const tenants = () => (loaded ??= readTenants(file));
  return {
    find: async (clientKey) => (await tenants()).get(clientKey),
    list: async () => [...(await tenants()).values()],
    save: async (tenant) => {
      const all = await tenants();
      const write = lastWrite.then(async () => {
        const next = new Map(all).set(tenant.clientKey, tenant);
        await writeTenants(file, [...next.values()]);
        all.set(tenant.clientKey, tenant);
      });
      lastWrite = write.catch(() => undefined);
      await write;
    },
  };
}

async function readTenants(file: string): Promise<Map<string, Tenant>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return new Map();
  const value = parseText(text);
  if (value?.format !== undefined) {
    throw new CallboardError(
      "STORE_TOO_NEW",
      `${file} is in format ${JSON.stringify(value.format)} of a later version of Callboard, which this one cannot read; ` +
        "use the later version, or move the file away to start anew",
    );
  }
  const tenants = Array.isArray(value?.tenants) ? (value.tenants as readonly Tenant[]) : undefined;
  if (tenants === undefined) {
    throw new CallboardError(
      "CONFIG_INVALID",
      `${file} is not a file of tenants; move it away to start anew`,
    );
  }
  return new Map(tenants.map((tenant) => [tenant.clientKey, tenant]));
}

/** Parses the file. Later formats have a `format` member; this one has none. */
function parseText(text: string): { readonly tenants?: unknown; readonly format?: unknown } | null {
  try {
    return JSON.parse(text) as { readonly tenants?: unknown; readonly format?: unknown } | null;
  } catch {
    return null;
  }
}

async function writeTenants(file: string, tenants: readonly Tenant[]): Promise<void> {
  await makeDirectory(dirname(file), 0o777);
  await replaceFile(file, `${JSON.stringify({ tenants }, null, 2)}\n`);
}
