/** `callboard directory`: the add-ons that sites may install. */
import type { Client } from "../client.ts";
import { confirm, counted } from "../consent.ts";
import type { Ending } from "../exit.ts";
import { usageFailure } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly vendor: string | null;
  readonly description: string | null;
  readonly version: string | null;
  readonly descriptorUrl: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly readAt: string;
  readonly failure: { readonly since: string; readonly code: string; readonly detail: string } | null;
  readonly installations: readonly {
    readonly site: string;
    readonly version: string | null;
    readonly state: string;
    readonly availableVersion: string | null;
  }[];
}

interface JsonOption {
  readonly json?: boolean;
}

const pathOf = (key: string): string => `/directory/${encodeURIComponent(key)}`;
const MAX_PAGE = 500;

async function readAll(client: Client, find?: string): Promise<readonly Entry[]> {
  const items: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(MAX_PAGE) });
    if (find !== undefined) query.set("find", find);
    if (cursor !== null) query.set("cursor", cursor);
    const page: { readonly items: readonly Entry[]; readonly next: string | null } = await client.call(
      "GET",
      `/directory?${query}`,
    );
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

export async function listDirectory(
  { io, client }: Context,
  options: JsonOption & { readonly find?: string },
): Promise<Ending> {
  const items = await readAll(client, options.find);
  if (items.length === 0) {
    io.note(
      options.find === undefined
        ? "No add-ons in the directory. Add one: callboard directory add URL\n"
        : "No add-on of the directory matches\n",
    );
  }
  const rows = items.map((entry) => [
    entry.key,
    entry.version ?? "",
    printable(entry.name),
    entry.installations.map(installationText).join(", "),
    entry.failure === null ? "" : `can't be read: ${printable(entry.failure.detail)}`,
  ]);
  printTable(
    io,
    options,
    { items, next: null },
    { head: ["KEY", "VERSION", "NAME", "INSTALLED", "FAILURE"], rows: rows },
  );
  return "done";
}

function installationText({ site, version, availableVersion }: Entry["installations"][number]): string {
  return `${site} ${printable(version ?? "")}${availableVersion === null ? "" : ` (update: ${printable(availableVersion)})`}`;
}

export async function showEntry({ io, client }: Context, key: string, options: JsonOption): Promise<Ending> {
  const entry = await client.call<Entry>("GET", pathOf(key));
  print(io, options, entry, entryLines(entry));
  return "done";
}

function entryLines(entry: Entry): readonly string[] {
  const { vendor, description, version, failure } = entry;
  return [
    `${entry.key}  ${printable(entry.name)}${version === null ? "" : ` ${printable(version)}`}`,
    ...(vendor === null ? [] : [`  vendor: ${printable(vendor)}`]),
    ...(description === null ? [] : [`  ${printable(description)}`]),
    `  ${printable(entry.descriptorUrl)}, read ${entry.readAt}`,
    `  added ${entry.addedAt} by ${printable(entry.addedBy)}`,
    ...(failure === null
      ? []
      : [`  can't be read since ${failure.since}: ${printable(failure.detail)} (${failure.code})`]),
    ...entry.installations.map((installation) => `  installed on ${installationText(installation)}`),
  ];
}

interface Texts {
  readonly name?: string;
  readonly vendor?: string;
  readonly description?: string;
}

export async function addEntry(
  { io, client }: Context,
  descriptorUrl: string,
  { json, ...texts }: JsonOption & Texts,
): Promise<Ending> {
  const entry = await client.call<Entry>("POST", "/directory", { descriptorUrl, ...texts });
  print(io, { ...(json === undefined ? {} : { json }) }, entry, [`added: ${entryLines(entry).join("\n")}`]);
  return "done";
}

export async function changeEntry(
  { io, client }: Context,
  key: string,
  { json, url, ...texts }: JsonOption & Texts & { readonly url?: string },
): Promise<Ending> {
  const change = {
    ...(url === undefined ? {} : { descriptorUrl: url }),
    // An empty text gives it back to the descriptor.
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text === "" ? null : text])),
  };
  if (Object.keys(change).length === 0)
    throw usageFailure("Give at least one of --url, --name, --vendor and --description");
  const entry = await client.call<Entry>("PATCH", pathOf(key), change);
  print(io, { ...(json === undefined ? {} : { json }) }, entry, [`changed: ${entryLines(entry).join("\n")}`]);
  return "done";
}

export async function removeEntry(
  { io, client }: Context,
  key: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<Ending> {
  const { installations } = await client.call<Entry>("GET", pathOf(key));
  const sites = counted(installations.length, "installation", "installations");
  await confirm(io, `${key} will be removed from the directory. It stays installed: ${sites}.`, options);
  await client.call("DELETE", pathOf(key));
  print(io, options, { key, removed: true }, [`removed: ${key}`]);
  return "done";
}

/** One after the other, each told as it ends. */
export async function refreshEntries(
  { io, client }: Context,
  named: readonly string[],
  options: JsonOption,
): Promise<Ending> {
  const keys = named.length > 0 ? named : (await readAll(client)).map(({ key }) => key);
  const items: Entry[] = [];
  for (const key of keys) {
    const entry = await client.call<Entry>("POST", `${pathOf(key)}/refresh`);
    items.push(entry);
    if (keys.length > 1) io.note(`${items.length} of ${keys.length}: ${key}\n`);
  }
  print(io, options, { items }, items.map(refreshLine));
  return items.some(({ failure }) => failure !== null) ? "failed" : "done";
}

function refreshLine({ key, version, failure }: Entry): string {
  if (failure !== null) return `${key}: can't be read: ${printable(failure.detail)} (${failure.code})`;
  return `${key}: ${version === null ? "no version" : `version ${printable(version)}`}`;
}
