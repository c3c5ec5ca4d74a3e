/** Fills a database with what a measurement needs, through the store itself, before a host opens it. */
import { openDatabase } from "../src/host/store/database.ts";
import type { Database } from "../src/host/store/database.ts";
import { ensureEndpoint } from "../src/host/store/endpoints.ts";
import { saveInstallation } from "../src/host/store/installations.ts";
import { migrate } from "../src/host/store/migrate.ts";
import { createSeal } from "../src/host/store/seal.ts";
import { insertSite, raiseVersion } from "../src/host/store/sites.ts";
import { insertSubscriptions } from "../src/host/store/subscriptions.ts";

export const MASTER_KEY = "0123456789abcdef".repeat(4);
export const SECRET = "a-shared-secret-of-the-benchmark-0123456789";
/** Which of the events an add-on subscribes to. */
export const EVENT = "jira:issue_updated";

export interface SeededAddon {
  readonly key: string;
  readonly port: number;
  readonly event?: string;
}

export async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

/** A site `jira` with these add-ons installed and enabled, each with one subscription. */
export async function seedAddons(database: Database, addons: readonly SeededAddon[]): Promise<number> {
  const seal = createSeal(Buffer.from(MASTER_KEY, "hex"));
  const now = Date.now();
  return database.write(async (tx) => {
    const site = await insertSite(tx, {
      key: "jira",
      product: "jira",
      name: "Jira",
      baseUrl: undefined,
      clientKey: "bench-client",
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      createdAt: now,
    });
    for (const { key, port, event = EVENT } of addons) {
      const baseUrl = `http://127.0.0.1:${port}`;
      await saveInstallation(tx, seal, {
        siteNo: site.no,
        addonKey: key,
        descriptor: {
          key,
          name: key,
          baseUrl,
          authentication: { type: "jwt" },
          lifecycle: {},
          scopes: [],
          webhooks: [{ event, url: "/hook" }],
          otherModules: [],
        },
        descriptorUrl: undefined,
        baseUrl,
        authentication: "jwt",
        state: "enabled",
        sharedSecret: SECRET,
        previousSecret: undefined,
        previousSecretUntil: undefined,
        installedAt: now,
        updatedAt: now,
        disabledAt: undefined,
      });
      const receiver = { kind: "addon", addonKey: key } as const;
      const endpointNo = await ensureEndpoint(tx, site.no, receiver, baseUrl);
      await insertSubscriptions(tx, [
        {
          siteNo: site.no,
          source: "module",
          receiver,
          event,
          url: `${baseUrl}/hook`,
          params: {},
          filter: undefined,
          propertyKeys: undefined,
          excludeBody: false,
          endpointNo,
          position: 0,
          dynamic: undefined,
          expiresAt: undefined,
        },
      ]);
    }
    await raiseVersion(tx, site.no);
    return site.no;
  });
}
