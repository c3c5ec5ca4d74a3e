/** `callboard directory`: the add-ons that sites may install. */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { listItems } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import { confirm, counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

type Entry = Schemas["DirectoryEntry"];

interface JsonOption {
  readonly json?: boolean;
}

export async function listDirectory(
  { io, client }: Context,
  options: ListFlags & { readonly find?: string },
): Promise<Ending> {
  const { find } = options;
  const list = await fetchList(io, options, (page) =>
    client.listDirectory({ query: { ...page, ...defined({ find }) } }),
  );
  if (list.items.length === 0) {
    io.note(
      find === undefined
        ? "No add-ons in the directory. Add one: callboard directory add URL\n"
        : "No add-on of the directory matches\n",
    );
  }
  printTable(io, options, list, {
    head: ["KEY", "VERSION", "NAME", "INSTALLED", "FAILURE"],
    rows: list.items.map((entry) => [
      entry.key,
      entry.version ?? "",
      printable(entry.name),
      entry.installations.map(installationText).join(", "),
      isMissing(entry.failure) ? "" : `can't be read: ${printable(entry.failure.detail ?? "")}`,
    ]),
  });
  return "done";
}

function installationText({ site, version, availableVersion }: Entry["installations"][number]): string {
  return `${site} ${printable(version ?? "")}${isMissing(availableVersion) ? "" : ` (update: ${printable(availableVersion)})`}`;
}

export async function showEntry({ io, client }: Context, key: string, options: JsonOption): Promise<Ending> {
  const entry = await client.showDirectoryEntry({ path: { key } });
  print(io, options, entry, entryLines(entry));
  return "done";
}

function entryLines(entry: Entry): readonly string[] {
  const { vendor, description, version, failure } = entry;
  return [
    `${entry.key}  ${printable(entry.name)}${isMissing(version) ? "" : ` ${printable(version)}`}`,
    ...(isMissing(vendor) ? [] : [`  vendor: ${printable(vendor)}`]),
    ...(isMissing(description) ? [] : [`  ${printable(description)}`]),
    `  ${printable(entry.descriptorUrl)}, read ${entry.readAt}`,
    `  added ${entry.addedAt} by ${printable(entry.addedBy)}`,
    ...(isMissing(failure) ? [] : [`  can't be read since ${failure.since}: ${failureText(failure)}`]),
    ...entry.installations.map((installation) => `  installed on ${installationText(installation)}`),
  ];
}

const failureText = ({ code, detail }: NonNullable<Entry["failure"]>): string =>
  `${printable(detail ?? "")}${isMissing(code) ? "" : ` (${code})`}`;

interface Texts {
  readonly name?: string;
  readonly vendor?: string;
  readonly description?: string;
}

export async function addEntry(
  { io, client }: Context,
  descriptorUrl: string,
  options: JsonOption & Texts,
): Promise<Ending> {
  const { name, vendor, description } = options;
  const entry = await client.addToDirectory({
    body: { descriptorUrl, ...defined({ name, vendor, description }) },
  });
  print(io, options, entry, [`added: ${entryLines(entry).join("\n")}`]);
  return "done";
}

export async function editEntry(
  { io, client }: Context,
  key: string,
  options: JsonOption & Texts & { readonly url?: string },
): Promise<Ending> {
  // An empty text gives it back to the descriptor.
  const orNull = (text: string | undefined) => (text === "" ? null : text);
  const body: RequestOf<"changeDirectoryEntry">["body"] = defined({
    descriptorUrl: options.url,
    name: orNull(options.name),
    vendor: orNull(options.vendor),
    description: orNull(options.description),
  });
  if (Object.keys(body).length === 0)
    throw usageFailure("Nothing to change was given", "Give --url, --name, --vendor or --description");
  const entry = await client.changeDirectoryEntry({ path: { key }, body });
  print(io, options, entry, [`changed: ${entryLines(entry).join("\n")}`]);
  return "done";
}

export async function removeEntry(
  { io, client }: Context,
  key: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<Ending> {
  const path = { key };
  const { installations } = await client.showDirectoryEntry({ path });
  const sites = counted(installations.length, "installation", "installations");
  await confirm(io, `${key} will be removed from the directory. It stays installed: ${sites}.`, options);
  await client.removeFromDirectory({ path });
  print(io, options, { key, removed: true }, [`removed: ${key}`]);
  return "done";
}

interface RefreshOptions extends JsonOption {
  /** False with --no-wait. */
  readonly wait: boolean;
}

/** One after the other, each told as it ends; or all of them by the server, later. */
export async function refreshEntries(
  context: Context,
  named: readonly string[],
  options: RefreshOptions,
): Promise<Ending> {
  if (!options.wait) return refreshLater(context, named, options);
  const { io, client } = context;
  const keys = named.length > 0 ? named : await listKeys(context);
  const items: Entry[] = [];
  for (const key of keys) {
    const entry = await client.refreshDirectoryEntry({ path: { key } });
    items.push(entry);
    if (keys.length > 1) io.note(`${items.length} of ${keys.length}: ${key}\n`);
  }
  print(io, options, { items, next: null }, items.map(refreshLine));
  return items.some(({ failure }) => !isMissing(failure)) ? "failed" : "done";
}

async function refreshLater(
  { io, client }: Context,
  named: readonly string[],
  options: RefreshOptions,
): Promise<Ending> {
  if (named.length > 0)
    throw usageFailure("--no-wait refreshes all add-ons of the directory: leave the keys out");
  const result = await client.refreshDirectory();
  print(io, options, result, [
    `due: ${counted(result.due, "add-on", "add-ons")}; the server reads them in the background`,
  ]);
  return "done";
}

async function listKeys({ client }: Context): Promise<readonly string[]> {
  const { items } = await listItems((page) => client.listDirectory({ query: page }));
  return items.map(({ key }) => key);
}

function refreshLine({ key, version, failure }: Entry): string {
  if (!isMissing(failure)) return `${key}: can't be read: ${failureText(failure)}`;
  return `${key}: ${isMissing(version) ? "no version" : `version ${printable(version)}`}`;
}
