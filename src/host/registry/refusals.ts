/** Every refused install leaves a record: in the audit log, which the Add-ons page lists, and in the server log. */
import { CallboardError, getMessage } from "../../errors.ts";
import { INSTALL_REFUSED, readRefusal, refusalText, shownUrl } from "../model/refused-install.ts";
import type { InstallRefusal } from "../model/refused-install.ts";
import { appendAudit, listAuditByAction } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { firstUuidAt } from "../model/ids.ts";
import type { InstallSource } from "./directory/approval.ts";
import { findSite } from "../store/tables/sites.ts";
import type { RegistryContext } from "./context.ts";

export interface RefusedInstall extends InstallRefusal, Author {
  /** Epoch ms. */
  readonly at: number;
  readonly siteKey: string;
  /** Undefined when the descriptor could not be read. */
  readonly addonKey: string | undefined;
}

/** What was asked for. */
export interface AskedInstall {
  readonly siteKey: string;
  /** Known once the descriptor was read. */
  readonly addonKey: string | undefined;
  readonly source: InstallSource;
  readonly by: Author;
}

const LISTED_FOR_MS = 7 * 86_400_000;
const MAX_LISTED = 200;

/** Records why an install failed. Never rejects: the refusal itself is what the caller is told. */
export async function recordRefusal(
  { siteKey, addonKey, source, by }: AskedInstall,
  thrown: unknown,
  { announcer, database, logger, now }: Pick<RegistryContext, "announcer" | "database" | "logger" | "now">,
): Promise<void> {
  const refusal: InstallRefusal = {
    code: thrown instanceof CallboardError ? thrown.code : "INTERNAL",
    url: describeSource(source),
    sentence: getMessage(thrown),
  };
  const { code, url, sentence } = refusal;
  logger.warn(INSTALL_REFUSED, {
    site: siteKey,
    ...(addonKey === undefined ? {} : { addon: addonKey }),
    code,
    ...(url === undefined ? {} : { url }),
    error: sentence,
    ...by,
  });
  // What is no refusal (the database is away, a bug) is not for administrators, and may not be writable.
  if (!(thrown instanceof CallboardError) || thrown.status >= 500) return;
  const object = addonKey === undefined ? siteKey : `${siteKey}/${addonKey}`;
  await database
    .write(async (tx) => {
      await announcer.prepare(tx);
      await appendAudit(tx, { ...by, action: INSTALL_REFUSED, object, detail: refusalText(refusal) });
      const site = await findSite(tx, siteKey);
      if (site === undefined) return;
      await announcer.announce(tx, [
        {
          event: "addon.install-failed",
          siteNo: site.no,
          ...(addonKey === undefined
            ? {}
            : { about: { kind: "receiver", receiver: { kind: "addon", addonKey } } }),
          facts: {
            state: "refused",
            since: now(),
            code,
            detail: readRefusal(refusalText(refusal))?.sentence,
            url,
            by: by.actor,
          },
          page: "/admin/addons",
        },
      ]);
    })
    .catch((error: unknown) => logger.warn("audit.write-failed", { action: INSTALL_REFUSED, error }));
}

/** Undefined for a descriptor that was sent itself. */
function describeSource(source: InstallSource): string | undefined {
  if (source.kind === "value") return undefined;
  return shownUrl(source.kind === "url" ? source.url : `directory:${source.key}`);
}

/** The refused installs of the last seven days on these sites, newest first, at most 200. */
export async function listRefusals(
  siteKeys: readonly string[],
  { database, now }: Pick<RegistryContext, "database" | "now">,
): Promise<readonly RefusedInstall[]> {
  const since = firstUuidAt(now() - LISTED_FOR_MS);
  const entries = await listAuditByAction(database.read, INSTALL_REFUSED, since, MAX_LISTED);
  return entries.flatMap(({ object, detail, at, actor, address }) => {
    const refusal = readRefusal(detail);
    const [siteKey = "", ...addonKey] = object.split("/");
    if (refusal === undefined || !siteKeys.includes(siteKey)) return [];
    return [{ ...refusal, at, siteKey, addonKey: addonKey.join("/") || undefined, actor, address }];
  });
}
