/**
 * What the test hosts of a process begin with, made once: a database with the schema, the key pair of signed install, and a site
 * with its product. The master key and the API token are the process's own.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../clock.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { toEnvironment } from "../embed/settings.ts";
import type { HostSettings } from "../embed/settings.ts";
import { openHostWithin } from "../host/index.ts";
import type { OpenedHost } from "../host/index.ts";
import { openMemory, takeImage } from "../host/store/db/database.ts";
import type { Database } from "../host/store/db/database.ts";
import { silentLogger } from "../logger.ts";
import type { SigningKey } from "../protocol/signing-key.ts";
import { createApi } from "./api.ts";

const MASTER_KEY = randomBytes(32).toString("hex");

/** The API token of every test host of this process. */
export const TOKEN = `test_${randomBytes(16).toString("hex")}`;

/** A site, and the product document where the product is not built in. */
export interface SiteToMake {
  readonly key: string;
  readonly product: string;
  readonly name: string;
  readonly document: { readonly product: string } | undefined;
  /** Name of a retry schedule; the product's own when left out. */
  readonly retrySchedule: string | undefined;
}

export interface Ground {
  /** Returns the image of a database whose site has this client key. */
  readonly image: (clientKey: string) => string;
}

/** Returns the configuration of a test host: in memory, and nothing from the environment. */
export function testConfig(settings: HostSettings): Config {
  return readConfig(
    toEnvironment({
      profile: "dev",
      ...settings,
      host: "127.0.0.1",
      port: 0,
      databaseUrl: "sqlite::memory:",
      // Never created: keys and token are given, and the database is in memory.
      dataDir: join(tmpdir(), "callboard-test-host"),
      masterKey: MASTER_KEY,
      adminToken: TOKEN,
    }),
  );
}

const grounds = new Map<string, Promise<Ground>>();
let schema: Promise<string> | undefined;

/** @throws {CallboardError} PRODUCT_INVALID, CONFLICT, BODY_SCHEMA */
export function prepareGround(site: SiteToMake, signingKey: Promise<SigningKey>): Promise<Ground> {
  const key = JSON.stringify(site);
  let ground = grounds.get(key);
  if (ground === undefined) {
    ground = makeGround(site, signingKey);
    grounds.set(key, ground);
    ground.catch(() => grounds.delete(key));
  }
  return ground;
}

async function makeGround(site: SiteToMake, signingKey: Promise<SigningKey>): Promise<Ground> {
  if (schema === undefined) {
    const made = makeImage("", site, signingKey);
    // The next site begins from this one's schema and key pair.
    schema = made.then(({ schema: text }) => text);
    schema.catch(() => (schema = undefined));
    return made;
  }
  return makeImage(await schema, site, signingKey);
}

async function makeImage(
  from: string,
  site: SiteToMake,
  signingKey: Promise<SigningKey>,
): Promise<Ground & { readonly schema: string }> {
  let database: Database | undefined;
  const opened = await openHostWithin({
    // This profile has no sites of its own.
    config: testConfig({ profile: "prod" }),
    logger: silentLogger,
    openDatabase: async () => (database = await openMemory(from, realClock)),
    createSigningKey: () => signingKey,
  });
  try {
    if (database === undefined) throw new Error("a host opens its database");
    const empty = from === "" ? await takeImage(database.read) : from;
    const clientKey = await addSite(opened, site);
    const full = await takeImage(database.read);
    return { schema: empty, image: (own) => full.replaceAll(clientKey, own) };
  } finally {
    await opened.stop(0);
  }
}

/** Without the schemas of the API, whose compiler takes longer to load than all the rest. */
async function addSite(opened: OpenedHost, site: SiteToMake): Promise<string> {
  const { key, product, name, document } = site;
  if (document !== undefined) await createApi(opened, testConfig({})).products.put(document);
  const { catalogue, registry } = opened.rooms;
  const own = catalogue.siteProducts.find((each) => each.key === product)?.retryProfile;
  const retryProfile = site.retrySchedule ?? own;
  const { clientKey } = await registry.createSite(
    { key, product, name, ...(retryProfile === undefined ? {} : { retryProfile }) },
    { actor: "program", address: "" },
  );
  return clientKey;
}

export const newClientKey = (): string => randomUUID();
