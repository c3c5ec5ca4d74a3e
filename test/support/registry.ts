/** A registry, on a database in memory unless told otherwise, with the real descriptor room and egress; what it publishes is kept. */
import { randomBytes } from "node:crypto";

import { sharedSigningKey } from "./prepared.ts";
import { SITE_PRODUCTS } from "./products.ts";
import { ANNOUNCES_NOTHING } from "../../src/host/store/tables/announcement.ts";
import { createEgress } from "../../src/egress/index.ts";
import type { Egress } from "../../src/egress/index.ts";
import { createDescriptorReader } from "../../src/host/descriptor/read.ts";
import type { RegistryContext } from "../../src/host/registry/context.ts";
import { createRegistry } from "../../src/host/registry/registry.ts";
import type { Registry } from "../../src/host/registry/registry.ts";
import type { Author } from "../../src/host/store/tables/audit.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { insertSigningKey, listSigningKeys } from "../../src/host/store/tables/keys.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import { silentLogger } from "../../src/logger.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";

export interface PublishedEvent {
  readonly site: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly aboutAddonKey: string | undefined;
}

export interface TestRegistry {
  readonly registry: Registry;
  readonly context: RegistryContext;
  readonly published: PublishedEvent[];
  readonly findPublicKey: (kid: string) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

export const tester: Author = { actor: "token:test", address: "127.0.0.1" };

export function loopbackEgress(): Egress {
  return createEgress({
    allowNetworks: ["loopback"],
    allowHttp: true,
    connectTimeoutMs: 2_000,
    requestTimeoutMs: 5_000,
    maxAnswerBytes: 65_536,
  });
}

/** `changes` replace what the registry is given. */
export async function openRegistry(
  changes: Partial<RegistryContext> = {},
  databaseUrl = "sqlite::memory:",
): Promise<TestRegistry> {
  const database = await openDatabase(databaseUrl);
  await migrate(database);
  const seal = createSeal(randomBytes(32));
  const key = { ...(await sharedSigningKey()), createdAt: 0, retiredAt: undefined };
  await database.write((tx) => insertSigningKey(tx, seal, key));
  const egress = loopbackEgress();
  const published: PublishedEvent[] = [];
  const context: RegistryContext = {
    catalogue: builtInCatalogue,
    database,
    seal,
    egress,
    logger: silentLogger,
    now: Date.now,
    version: "1.2.3",
    baseUrl: () => "http://127.0.0.1:2990",
    profile: "dev",
    readDescriptor: createDescriptorReader({
      catalogue: builtInCatalogue,
      egress,
      checkFilter: () => undefined,
    }),
    publish: async (site, event, payload, { aboutAddonKey }) => {
      published.push({ site: site.key, event, payload, aboutAddonKey });
      return Promise.resolve();
    },
    announcer: ANNOUNCES_NOTHING,
    changed: () => Promise.resolve(),
    ...changes,
  };
  const registry = createRegistry(context);
  for (const product of SITE_PRODUCTS) {
    await registry.createSite({ key: product, product, name: product }, tester);
  }
  return {
    registry,
    context,
    published,
    findPublicKey: async (kid) =>
      (await listSigningKeys(database.read, seal)).find((key) => key.kid === kid)?.publicPem,
    close: async () => {
      await egress.close();
      await database.close();
    },
  };
}
