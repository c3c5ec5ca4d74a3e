/**
 * Sets up a new database: a key pair for signed install, the first API token and, in the dev profile, a site of each
 * product. Safe to run at every start and in several processes at once.
 */
import { access } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { Catalogue } from "../../catalogue/index.ts";
import type { Config } from "../../config.ts";
import { makeDirectory } from "../../directory.ts";
import { replaceFile } from "../../whole-file.ts";
import type { SigningKey } from "../../protocol/signing-key.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { insertSigningKey, listSigningKeys } from "../store/tables/keys.ts";
import type { Seal } from "../store/seal.ts";
import { readSetting, writeSetting } from "../store/tables/settings.ts";
import { insertSite } from "../store/tables/sites.ts";
import {
  findAnyTokenByHash,
  findToken,
  hashToken,
  listUnauditedTokens,
  revokeToken,
} from "../store/tables/tokens.ts";
import type { ApiToken } from "../store/tables/tokens.ts";
import { makeToken } from "./tokens.ts";

export const TOKEN_FILE = "token";

/** Name of the token that CALLBOARD_ADMIN_TOKEN gives. */
const CONFIGURED = "configured";
/** The setting that names, by its ID, the token that CALLBOARD_ADMIN_TOKEN gave last. */
const CONFIGURED_TOKEN = "configured_token";

/**
 * The first API token, as far as a start knows it: created by this start; in the file of an earlier start; given by the
 * configuration; given by the configuration, but revoked; or elsewhere, because another process keeps it or its file is gone.
 */
export type FirstToken =
  | { readonly kind: "made"; readonly token: string }
  | { readonly kind: "kept" | "configured" | "revoked" | "elsewhere" };

export interface FirstRun {
  /** Path of the file with a first token that was created here. */
  readonly tokenFile: string;
  readonly firstToken: FirstToken;
  /** The tokens that this start revoked, because the configuration has a new one. */
  readonly replacedTokens: readonly ApiToken[];
}

type FirstRunConfig = Pick<Config, "profile" | "dataDir" | "adminToken">;

interface FirstRunParts {
  readonly database: Database;
  readonly seal: Seal;
  readonly config: FirstRunConfig;
  readonly catalogue: Catalogue;
  readonly createSigningKey: () => Promise<SigningKey>;
}

export async function prepareFirstRun({
  database,
  seal,
  config,
  catalogue,
  createSigningKey,
}: FirstRunParts): Promise<FirstRun> {
  const tokenFile = join(config.dataDir, TOKEN_FILE);
  // Making a key pair takes longer than a transaction should.
  const key =
    (await listSigningKeys(database.read, seal)).length === 0 ? await createSigningKey() : undefined;
  const { made, isRevoked, replaced } = await database.write(async (tx) => {
    // The first statement takes the lock of the row, so that two processes do not both think that they are the first.
    await writeSetting(tx, "started_at", String(Date.now()));
    if (key !== undefined && (await listSigningKeys(tx, seal)).length === 0) {
      await insertSigningKey(tx, seal, { ...key, createdAt: Date.now(), retiredAt: undefined });
    }
    if ((await readSetting(tx, "sites_made")) === undefined) {
      if (config.profile === "dev") await makeDevSites(tx, catalogue);
      await writeSetting(tx, "sites_made", "1");
    }
    if (config.adminToken !== undefined) return useConfiguredToken(tx, config.adminToken);
    const token = await makeFirstToken(tx);
    // Written before the commit: a token that is in the database only would be lost.
    if (token !== undefined) await writeTokenFile(tokenFile, token);
    return { made: token, isRevoked: false, replaced: [] };
  });
  const firstToken: FirstToken = isRevoked
    ? { kind: "revoked" }
    : await findFirstToken(made, config.adminToken !== undefined, tokenFile);
  return { tokenFile, firstToken, replacedTokens: replaced };
}

async function findFirstToken(
  made: string | undefined,
  isConfigured: boolean,
  tokenFile: string,
): Promise<FirstToken> {
  if (made !== undefined) return { kind: "made", token: made };
  if (isConfigured) return { kind: "configured" };
  const isThere = await access(tokenFile).then(
    () => true,
    () => false,
  );
  return { kind: isThere ? "kept" : "elsewhere" };
}

async function writeTokenFile(path: string, token: string): Promise<void> {
  await makeDirectory(dirname(path), 0o700);
  await replaceFile(path, `${token}\n`);
}

interface TokensAtStart {
  readonly made: string | undefined;
  readonly isRevoked: boolean;
  readonly replaced: readonly ApiToken[];
}

/**
 * Adds the token of the configuration when it is new, and revokes the one that the configuration gave before it. A token
 * that was revoked stays so, and revokes nothing: otherwise an old environment could leave nobody with access.
 */
async function useConfiguredToken(tx: Queryable, configured: string): Promise<TokensAtStart> {
  await writeSetting(tx, "first_token_made", "1");
  const known = await findAnyTokenByHash(tx, hashToken(configured));
  if (known?.revokedAt !== undefined) return { made: undefined, isRevoked: true, replaced: [] };
  const before = await configuredBefore(tx);
  const wish = { name: CONFIGURED, scopes: ["admin"], siteKey: undefined } as const;
  const current = known ?? (await makeToken(tx, wish, configured)).record;
  const replaced = before.filter(({ id }) => id !== current.id);
  for (const token of replaced) {
    await revokeToken(tx, token.id);
    await appendAudit(tx, {
      actor: "configuration",
      address: "",
      action: "token.revoked",
      object: token.id,
      detail: `${token.name}: replaced by a new CALLBOARD_ADMIN_TOKEN`,
    });
  }
  await writeSetting(tx, CONFIGURED_TOKEN, current.id);
  return { made: undefined, isRevoked: false, replaced };
}

/** The valid tokens that the configuration gave before. */
async function configuredBefore(tx: Queryable): Promise<readonly ApiToken[]> {
  const id = await readSetting(tx, CONFIGURED_TOKEN);
  if (id === undefined) return listUnauditedTokens(tx, CONFIGURED);
  const token = await findToken(tx, id);
  return token === undefined || token.revokedAt !== undefined ? [] : [token];
}

/** Created only once for a database. */
async function makeFirstToken(tx: Queryable): Promise<string | undefined> {
  if ((await readSetting(tx, "first_token_made")) !== undefined) return undefined;
  await writeSetting(tx, "first_token_made", "1");
  const { token } = await makeToken(tx, { name: "first", scopes: ["admin"], siteKey: undefined });
  return token;
}

async function makeDevSites(tx: Queryable, { siteProducts }: Catalogue): Promise<void> {
  for (const { key, name } of siteProducts) {
    await insertSite(tx, {
      key,
      product: key,
      name,
      baseUrl: undefined,
      clientKey: randomUUID(),
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      createdAt: Date.now(),
    });
  }
}
