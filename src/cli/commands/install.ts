/** `callboard install`: from a URL, a file or the directory; the same again is an upgrade. */
import { confirm, counted } from "../consent.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { columns, print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { descriptorMember } from "../source.ts";
import { addonLines, callLines, problemLines } from "../told.ts";
import type { ToldAddon, ToldWarning } from "../told.ts";

interface ToldWebhook {
  readonly event: string;
  readonly resolvedUrl: string;
}

interface Installed extends ToldAddon {
  readonly warnings: readonly ToldWarning[];
  readonly plan: {
    readonly kind: "install" | "upgrade" | "reinstall";
    readonly diff: {
      readonly added: readonly ToldWebhook[];
      readonly removed: readonly ToldWebhook[];
      readonly changed: readonly { readonly before: ToldWebhook; readonly after: ToldWebhook }[];
      readonly kept: readonly unknown[];
    };
  };
}

const DONE = { install: "installed", upgrade: "upgraded", reinstall: "installed again" } as const;

interface InstallOptions {
  readonly site: string;
  readonly fromDirectory?: string;
  readonly confirmOrigin?: boolean;
  /** Names with commas between them. */
  readonly acceptScopes?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function install(
  { io, client }: Context,
  descriptor: string | undefined,
  options: InstallOptions,
): Promise<Ending> {
  const member = await sourceMember(descriptor, options, io);
  const path = `/sites/${encodeURIComponent(options.site)}/addons`;
  const preview = await previewInstall(client, path, member);
  const early = (preview?.warnings ?? []).filter(({ code }) => code === "BASEURL_ORIGIN");
  // The add-on's first callback carries its secret: where it goes is said before.
  for (const line of problemLines("warning", early)) io.note(`${line}\n`);
  const acceptScopes = await acceptedScopes(preview, options, io);
  const rest = JSON.stringify({
    confirmOrigin: options.confirmOrigin === true,
    // The descriptor that the warnings and scopes are of, and no other.
    ...(preview === undefined ? {} : { digest: preview.digest }),
    ...(acceptScopes.length === 0 ? {} : { acceptScopes }),
  });
  const addon = await client.call<Installed>("POST", path, `{${member},${rest.slice(1)}`);
  print(io, options, addon, [
    `${DONE[addon.plan.kind]} on ${options.site}: ${addonLines(addon).join("\n")}`,
    ...(addon.plan.kind === "upgrade" ? diffLines(addon.plan.diff) : []),
    ...problemLines(
      "warning",
      addon.warnings.filter(({ code }) => !early.some((told) => told.code === code)),
    ),
    ...callLines(addon.lifecycle),
  ]);
  return "done";
}

async function sourceMember(
  descriptor: string | undefined,
  { fromDirectory }: InstallOptions,
  io: Io,
): Promise<string> {
  if (descriptor !== undefined && fromDirectory === undefined) return descriptorMember(descriptor, io);
  if (descriptor === undefined && fromDirectory !== undefined)
    return `"directoryKey":${JSON.stringify(fromDirectory)}`;
  throw usageFailure(
    "Give the URL or file of a descriptor, or an add-on of the directory with --from-directory KEY",
    "List the add-ons of the directory: callboard directory list",
  );
}

interface AskedScope {
  readonly name: string;
  readonly description: string;
}

interface Preview {
  readonly name: string;
  readonly digest: string;
  readonly warnings: readonly ToldWarning[];
  readonly scopes: { readonly toAccept: readonly AskedScope[] };
}

/** Undefined for what the install is going to refuse, with a record of it, and from servers of older versions. */
async function previewInstall(
  client: Context["client"],
  path: string,
  member: string,
): Promise<Preview | undefined> {
  try {
    return await client.call<Preview>("POST", `${path}/preview`, `{${member}}`);
  } catch (error) {
    // The install would only do the same again.
    if (!(error instanceof CommandFailure) || error.ending === "unreachable" || /^AUTH_/.test(error.code))
      throw error;
    return undefined;
  }
}

/** Lists the scopes that the add-on asks for and doesn't have yet, and asks for consent unless the options give it. */
async function acceptedScopes(
  preview: Preview | undefined,
  { acceptScopes, yes = false, site }: InstallOptions,
  io: Io,
): Promise<readonly string[]> {
  if (acceptScopes !== undefined) return acceptScopes.split(",").map((name) => name.trim());
  if (preview === undefined) return [];
  const { name, scopes } = preview;
  const { toAccept } = scopes;
  if (toAccept.length === 0) return [];
  const names = toAccept.map((scope) => scope.name);
  const extent = [
    `${name} asks for ${counted(toAccept.length, "scope", "scopes")} on ${site}:`,
    ...columns(toAccept.map((scope) => [`  ${scope.name}`, scope.description])),
  ];
  const needs = `--accept-scopes ${names.join(",")} or --yes`;
  await confirm(io, extent.join("\n"), { yes, isRequired: true, needs });
  return names;
}

/** What an upgrade did to the webhooks, which are listed above as they are now. */
function diffLines({ added, removed, changed, kept }: Installed["plan"]["diff"]): readonly string[] {
  const line = (mark: string, { event, resolvedUrl }: ToldWebhook) =>
    `  ${mark} ${printable(event)}  ${printable(resolvedUrl)}`;
  return [
    `  webhooks: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${kept.length} as before`,
    ...added.map((webhook) => line("+", webhook)),
    ...removed.map((webhook) => line("-", webhook)),
    ...changed.flatMap(({ before, after }) => [line("-", before), line("+", after)]),
  ];
}
