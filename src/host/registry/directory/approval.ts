/** Which add-ons sites may install: those at any URL, or those of the directory only. */
import { CallboardError } from "../../../errors.ts";
import type { DescriptorSource } from "../../../protocol/descriptor.ts";
import type { Queryable } from "../../store/db/database.ts";
import { findEntriesOfUrl, findEntry } from "../../store/tables/directory.ts";
import type { DirectoryEntry } from "../../store/tables/directory.ts";
import { readInstallSources } from "../../store/tables/settings.ts";

/** A descriptor, or the key of an add-on of the directory. */
export type InstallSource = DescriptorSource | { readonly kind: "directory"; readonly key: string };

/** A source that may be read. */
export interface ApprovedSource {
  readonly source: DescriptorSource;
  /** Add-ons that the descriptor may be of; undefined for any. */
  readonly keys: readonly string[] | undefined;
}

/** @throws {CallboardError} DIRECTORY_NOT_FOUND */
export async function loadEntry(q: Queryable, addonKey: string): Promise<DirectoryEntry> {
  const entry = await findEntry(q, addonKey);
  if (entry !== undefined) return entry;
  throw new CallboardError(
    "DIRECTORY_NOT_FOUND",
    `The directory has no add-on ${JSON.stringify(addonKey.slice(0, 100))}`,
  );
}

/** @throws {CallboardError} DIRECTORY_NOT_FOUND; DIRECTORY_ONLY for a source that is not in the directory, where it has to be */
export async function approve(q: Queryable, source: InstallSource): Promise<ApprovedSource> {
  if (source.kind === "directory") {
    const { addonKey, descriptorUrl } = await loadEntry(q, source.key);
    return { source: { kind: "url", url: descriptorUrl }, keys: [addonKey] };
  }
  if ((await readInstallSources(q)) === "anywhere") return { source, keys: undefined };
  const entries = source.kind === "url" ? await findEntriesOfUrl(q, source.url) : [];
  if (entries.length === 0) throw refuseSource();
  return { source, keys: entries.map(({ addonKey }) => addonKey) };
}

/** @throws {CallboardError} DIRECTORY_ONLY if the approved URL serves the descriptor of another add-on */
export function requireApproved({ keys }: ApprovedSource, addonKey: string): void {
  if (keys === undefined || keys.includes(addonKey)) return;
  throw new CallboardError(
    "DIRECTORY_ONLY",
    `The descriptor is of ${addonKey} now, and the directory has its URL for ${keys.join(", ")}`,
  );
}

function refuseSource(): CallboardError {
  return new CallboardError(
    "DIRECTORY_ONLY",
    "Sites of this server install add-ons from the directory only, and this descriptor is not in it. An administrator of the server can add its URL to the directory",
  );
}
