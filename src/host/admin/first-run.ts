/**
 * What a fresh database gets: a key pair for signed install, the first API token and, in the dev profile, a site of each
 * product. Safe to run at every start and in several processes at once.
 */
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { PRODUCTS } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import type { Config } from "../../config.ts";
import { createSigningKey } from "../../protocol/signed-install.ts";
import type { Database, Queryable } from "../store/database.ts";
import { insertSigningKey, listSigningKeys } from "../store/keys.ts";
import type { Seal } from "../store/seal.ts";
import { readSetting, writeSetting } from "../store/settings.ts";
import { insertSite } from "../store/sites.ts";
import { findTokenByHash, hashToken } from "../store/tokens.ts";
import { makeToken } from "./tokens.ts";

export const TOKEN_FILE = "token";

/**
 * What a start can tell of the first API token: that it made it, that the file of an earlier start is there, that it came
 * with the configuration, or nothing, because another process keeps it or its file was taken away.
 */
export type FirstToken =
  { readonly kind: "made"; readonly token: string } | { readonly kind: "kept" | "configured" | "elsewhere" };

export interface FirstRun {
  /** Where a first token is kept that was made here. */
  readonly tokenFile: string;
  readonly firstToken: FirstToken;
}

const PRODUCT_NAMES: Readonly<Record<Product, string>> = {
  jira: "Jira",
  confluence: "Confluence",
  projectrak: "Projectrak",
  backlog: "Backlog",
  tracker: "Pivotal Tracker",
};

type FirstRunConfig = Pick<Config, "profile" | "dataDir" | "adminToken">;

export async function prepareFirstRun(
  database: Database,
  seal: Seal,
  config: FirstRunConfig,
): Promise<FirstRun> {
  const tokenFile = join(config.dataDir, TOKEN_FILE);
  // Making a key pair takes longer than a transaction should.
  const key =
    (await listSigningKeys(database.read, seal)).length === 0 ? await createSigningKey() : undefined;
  const madeToken = await database.write(async (tx) => {
    // The first statement takes the lock of the row, so that two processes do not both think that they are the first.
    await writeSetting(tx, "started_at", String(Date.now()));
    if (key !== undefined && (await listSigningKeys(tx, seal)).length === 0) {
      await insertSigningKey(tx, seal, { ...key, createdAt: Date.now(), retiredAt: undefined });
    }
    if ((await readSetting(tx, "sites_made")) === undefined) {
      if (config.profile === "dev") await makeDevSites(tx);
      await writeSetting(tx, "sites_made", "1");
    }
    const token = await makeFirstToken(tx, config.adminToken);
    // Written before the commit: a token that is in the database only would be lost.
    if (token !== undefined) await writeTokenFile(tokenFile, token);
    return token;
  });
  return { tokenFile, firstToken: await firstTokenOf(madeToken, config.adminToken, tokenFile) };
}

async function firstTokenOf(
  made: string | undefined,
  configured: string | undefined,
  tokenFile: string,
): Promise<FirstToken> {
  if (made !== undefined) return { kind: "made", token: made };
  if (configured !== undefined) return { kind: "configured" };
  const isThere = await access(tokenFile).then(
    () => true,
    () => false,
  );
  return { kind: isThere ? "kept" : "elsewhere" };
}

async function writeTokenFile(path: string, token: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
}

/** A token of the configuration is added whenever it is new; one is made only once. */
async function makeFirstToken(tx: Queryable, configured: string | undefined): Promise<string | undefined> {
  if (configured !== undefined) {
    const isKnown = (await findTokenByHash(tx, hashToken(configured))) !== undefined;
    if (!isKnown)
      await makeToken(tx, { name: "configured", scopes: ["admin"], siteKey: undefined }, configured);
    await writeSetting(tx, "first_token_made", "1");
    return undefined;
  }
  if ((await readSetting(tx, "first_token_made")) !== undefined) return undefined;
  await writeSetting(tx, "first_token_made", "1");
  const { token } = await makeToken(tx, { name: "first", scopes: ["admin"], siteKey: undefined });
  return token;
}

async function makeDevSites(tx: Queryable): Promise<void> {
  for (const product of PRODUCTS) {
    await insertSite(tx, {
      key: product,
      product,
      name: PRODUCT_NAMES[product],
      baseUrl: undefined,
      clientKey: randomUUID(),
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      createdAt: Date.now(),
    });
  }
}
