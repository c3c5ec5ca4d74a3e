/** The directory: add-ons that an administrator of the server approved, for sites to install. */
import { CallboardError, getMessage } from "../../../errors.ts";
import type { Descriptor, ReadDescriptor } from "../../../protocol/descriptor.ts";
import type { HostContext } from "../../context.ts";
import { hasText } from "../../model/has-text.ts";
import { refuseCursor, pageFrom } from "../../model/cursor.ts";
import type { PageRequest } from "../../model/cursor.ts";
import { editTexts, findUpdate, MAX_DIRECTORY_ENTRIES, toEntryTexts } from "../../model/directory.ts";
import type { TextChange } from "../../model/directory.ts";
import type { Limit } from "../../model/limits.ts";
import { shownUrl } from "../../model/refused-install.ts";
import { appendAudit } from "../../store/tables/audit.ts";
import type { Author } from "../../store/tables/audit.ts";
import {
  changeEntry,
  changeEntryOfUrl,
  countEntries,
  deleteEntry,
  insertEntry,
  listEntries,
  makeEntriesDue,
} from "../../store/tables/directory.ts";
import type { DirectoryEntry } from "../../store/tables/directory.ts";
import type { RegistryContext } from "../context.ts";
import { loadEntry } from "./approval.ts";

export const directoryLimit: Limit = {
  name: "Add-ons of the directory",
  default: MAX_DIRECTORY_ENTRIES,
  max: MAX_DIRECTORY_ENTRIES,
  unit: "add-ons",
  per: "host",
  refusal: "422 `LIMIT_REACHED`",
};

/** A descriptor is read again after so long. */
export const CHECK_EVERY_MS = 24 * 3_600_000;

/** An installation of an add-on of the directory. */
export interface EntryInstallation {
  readonly site: string;
  readonly version: string | undefined;
  readonly state: "enabled" | "disabled";
  /** The directory has a later version. */
  readonly hasUpdate: boolean;
}

export interface ListedAddon extends DirectoryEntry {
  readonly installations: readonly EntryInstallation[];
}

export interface EntryChange extends TextChange {
  readonly descriptorUrl?: string;
}

/** `siteKeys` are the sites whose installations are listed. Methods that take a key throw DIRECTORY_NOT_FOUND. */
export interface Directory {
  /** By the key of the add-on. `find` is part of a key, name, vendor or description. */
  readonly list: (
    siteKeys: readonly string[],
    request: PageRequest & { readonly find?: string },
  ) => Promise<{ readonly items: readonly ListedAddon[]; readonly next: string | undefined }>;
  readonly show: (addonKey: string, siteKeys: readonly string[]) => Promise<ListedAddon>;
  /**
   * Reads the descriptor, and adds its add-on.
   * @throws {CallboardError} what reading a descriptor throws; CONFLICT if the add-on is in the directory, LIMIT_REACHED,
   * BODY_SCHEMA
   */
  readonly add: (descriptorUrl: string, texts: TextChange, by: Author) => Promise<DirectoryEntry>;
  /** @throws {CallboardError} the same; ADDON_STATE if the new URL has the descriptor of another add-on */
  readonly change: (addonKey: string, change: EntryChange, by: Author) => Promise<DirectoryEntry>;
  readonly remove: (addonKey: string, by: Author) => Promise<void>;
  /** Reads the descriptor now. A descriptor that can't be read is a failure of the entry, and nothing else of it changes. */
  readonly refresh: (addonKey: string) => Promise<DirectoryEntry>;
  /** Makes every entry due for the next check. Resolves to their number. */
  readonly refreshAll: () => Promise<number>;
}

export type DirectoryContext = Pick<HostContext, "database" | "snapshots" | "now"> &
  Pick<RegistryContext, "readDescriptor">;

export function createDirectory(context: DirectoryContext): Directory {
  const { database, snapshots, now, readDescriptor } = context;
  const { read } = database;

  const readFrom = (url: string): Promise<ReadDescriptor> => readDescriptor({ kind: "url", url });

  function withInstallations(entry: DirectoryEntry, siteKeys: readonly string[]): ListedAddon {
    const installations = siteKeys.flatMap((siteKey): readonly EntryInstallation[] => {
      const installed = snapshots.byKey(siteKey)?.installations.get(entry.addonKey);
      if (installed === undefined || installed.state === "uninstalled") return [];
      const { version } = installed.descriptor;
      const hasUpdate = findUpdate(version, entry.version) !== undefined;
      return [{ site: siteKey, version, state: installed.state, hasUpdate }];
    });
    return { ...entry, installations };
  }

  return {
    list: async (siteKeys, { limit, cursor, find }) => {
      if (cursor !== undefined && cursor.length > MAX_CURSOR_LENGTH) throw refuseCursor();
      const most = find === undefined ? limit + 1 : MAX_DIRECTORY_ENTRIES;
      const found = await listEntries(read, most, cursor);
      const fitting = find === undefined ? found : found.filter((entry) => contains(entry, find));
      const { items, next } = pageFrom(fitting, limit, ({ addonKey }) => addonKey);
      return { items: items.map((entry) => withInstallations(entry, siteKeys)), next };
    },
    show: async (addonKey, siteKeys) => withInstallations(await loadEntry(read, addonKey), siteKeys),
    add: async (descriptorUrl, texts, by) => {
      const edited = editTexts({}, texts);
      const { descriptor } = await readFrom(descriptorUrl);
      const at = now();
      const entry: DirectoryEntry = {
        addonKey: descriptor.key,
        descriptorUrl,
        edited,
        addedAt: at,
        addedBy: by.actor,
        ...toEntryValues(descriptor, at),
      };
      await database.write(async (tx) => {
        if ((await countEntries(tx)) >= MAX_DIRECTORY_ENTRIES) throw refuseMore();
        if (!(await insertEntry(tx, entry))) throw refuseAgain(entry);
        await note(tx, "directory.added", entry, by);
      });
      return entry;
    },
    change: async (addonKey, { descriptorUrl, ...texts }, by) => {
      const before = await loadEntry(read, addonKey);
      const moved = descriptorUrl === undefined ? {} : await readMoved(addonKey, descriptorUrl);
      return database.write(async (tx) => {
        const { edited } = await loadEntry(tx, addonKey);
        const changes = { ...moved, edited: editTexts(edited, texts) };
        await changeEntry(tx, addonKey, changes);
        await note(tx, "directory.changed", { ...before, ...moved }, by);
        return loadEntry(tx, addonKey);
      });
    },
    remove: (addonKey, by) =>
      database.write(async (tx) => {
        const entry = await loadEntry(tx, addonKey);
        await deleteEntry(tx, addonKey);
        await note(tx, "directory.removed", entry, by);
      }),
    refresh: async (addonKey) => {
      await refreshEntry(await loadEntry(read, addonKey), context);
      return loadEntry(read, addonKey);
    },
    refreshAll: () => database.write((tx) => makeEntriesDue(tx, now())),
  };

  async function readMoved(addonKey: string, descriptorUrl: string): Promise<Partial<DirectoryEntry>> {
    const { descriptor } = await readFrom(descriptorUrl);
    if (descriptor.key !== addonKey) throw refuseOther(addonKey, descriptor.key);
    return { descriptorUrl, ...toEntryValues(descriptor, now()) };
  }
}

/**
 * Reads the descriptor of an entry and stores what it has, or why it can't be read. An entry that was removed or got another
 * URL meanwhile stays as it is.
 */
export async function refreshEntry(
  entry: DirectoryEntry,
  { database, now, readDescriptor }: Pick<DirectoryContext, "database" | "now" | "readDescriptor">,
): Promise<CallboardError | undefined> {
  const { addonKey, descriptorUrl, failedAt } = entry;
  try {
    const { descriptor } = await readDescriptor({ kind: "url", url: descriptorUrl });
    if (descriptor.key !== addonKey) throw refuseOther(addonKey, descriptor.key);
    await database.write((tx) => changeEntryOfUrl(tx, entry, toEntryValues(descriptor, now())));
    return undefined;
  } catch (error) {
    if (!(error instanceof CallboardError) || error.status >= 500) throw error;
    const at = now();
    await database.write((tx) =>
      changeEntryOfUrl(tx, entry, {
        failedAt: failedAt ?? at,
        failureCode: error.code,
        failure: getMessage(error).slice(0, MAX_FAILURE_LENGTH),
        checkAt: at + CHECK_EVERY_MS,
      }),
    );
    return error;
  }
}

const MAX_FAILURE_LENGTH = 1_000;
/** Of an add-on's key. */
const MAX_CURSOR_LENGTH = 200;

function toEntryValues(descriptor: Descriptor, now: number) {
  return {
    ...toEntryTexts(descriptor),
    readAt: now,
    failedAt: undefined,
    failureCode: undefined,
    failure: undefined,
    checkAt: now + CHECK_EVERY_MS,
  };
}

function contains({ addonKey, name, vendor, description, edited }: DirectoryEntry, find: string): boolean {
  const texts = { name, vendor, description, ...edited };
  return hasText([addonKey, ...Object.values(texts)], find);
}

async function note(
  tx: Parameters<typeof appendAudit>[0],
  action: string,
  { addonKey, descriptorUrl }: DirectoryEntry,
  by: Author,
): Promise<void> {
  await appendAudit(tx, { ...by, action, object: addonKey, detail: shownUrl(descriptorUrl) });
}

const refuseMore = () =>
  new CallboardError(
    "LIMIT_REACHED",
    `The directory has ${MAX_DIRECTORY_ENTRIES.toLocaleString("en-US")} add-ons, which is the limit. Remove one first`,
  );

const refuseAgain = ({ addonKey }: DirectoryEntry) =>
  new CallboardError(
    "CONFLICT",
    `The directory has the add-on ${addonKey} already. Change its descriptor URL instead`,
  );

const refuseOther = (addonKey: string, found: string) =>
  new CallboardError("ADDON_STATE", `The descriptor at this URL is of ${found}, not of ${addonKey}`);
