/** `callboard install`, from a URL, a file or the directory, and `addons upgrade`. The same again is an upgrade. */
import type { RequestOf, Schemas } from "../../client/index.ts";
import type { JsonText } from "../../client/json-text.ts";
import { toEndpointAccess } from "../access-values.ts";
import type { EndpointAccessFlags } from "../access-values.ts";
import { confirm, counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { loadDescriptor } from "../source.ts";
import { addonLines, callLines, problemLines } from "../told.ts";
import { isMissing } from "../missing.ts";

type Preview = Schemas["InstallPreview"];
type Installed = Schemas["AddonInstalled"];

const DONE = { install: "installed", upgrade: "upgraded", reinstall: "installed again" } as const;
const WOULD = {
  install: "would install",
  upgrade: "would upgrade",
  reinstall: "would install again",
} as const;

interface InstallOptions {
  readonly site: string;
  readonly confirmOrigin?: boolean;
  /** Names with commas between them. */
  readonly acceptScopes?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function install(
  { io, client }: Context,
  descriptor: string | undefined,
  options: InstallOptions & EndpointAccessFlags & { readonly fromDirectory?: string },
): Promise<Ending> {
  const source = await readSource(descriptor, options.fromDirectory, io);
  const body = { ...source, ...(await toEndpointAccess(options, io)) };
  const path = { site: options.site };
  return installAs(io, options, {
    preview: () => client.previewInstall({ path, body }),
    install: (consent) => client.installAddon({ path, body: { ...body, ...consent } }),
  });
}

export async function upgrade(
  { io, client }: Context,
  key: string,
  options: InstallOptions,
): Promise<Ending> {
  const path = { site: options.site, key };
  return installAs(io, options, {
    preview: async () => requirePreview(await client.upgradeAddon({ path, query: { dryRun: true } })),
    install: async ({ acceptScopes, ...consent }) => {
      const query = {
        ...consent,
        ...(acceptScopes === undefined ? {} : { acceptScopes: acceptScopes.join(",") }),
      };
      return requireInstalled(await client.upgradeAddon({ path, query }));
    },
  });
}

/** The operation has two kinds of responses, by its parameter `dryRun`. */
function requirePreview(response: Preview | Installed): Preview {
  if ("plan" in response) throw new TypeError("a dry run has installed something");
  return response;
}

function requireInstalled(response: Preview | Installed): Installed {
  if (!("plan" in response)) throw new TypeError("an upgrade was only a dry run");
  return response;
}

async function readSource(
  descriptor: string | undefined,
  fromDirectory: string | undefined,
  io: Io,
): Promise<
  { readonly descriptorUrl: string } | { readonly descriptor: JsonText } | { readonly directoryKey: string }
> {
  if (descriptor !== undefined && fromDirectory === undefined) return loadDescriptor(descriptor, io);
  if (descriptor === undefined && fromDirectory !== undefined) return { directoryKey: fromDirectory };
  throw usageFailure(
    "Give the URL or file of a descriptor, or an add-on of the directory with --from-directory KEY",
    "List the add-ons of the directory: callboard directory list",
  );
}

type Consented = Pick<RequestOf<"installAddon">["body"], "confirmOrigin" | "digest" | "acceptScopes">;

/** The two ways to install. */
interface Way {
  readonly preview: () => Promise<Preview>;
  readonly install: (consent: Consented) => Promise<Installed>;
}

async function installAs(io: Io, options: InstallOptions, way: Way): Promise<Ending> {
  if (options.dryRun === true) {
    const preview = await way.preview();
    print(io, options, preview, previewLines(preview, options));
    return "done";
  }
  const preview = await lookAhead(way);
  const early = (preview?.warnings ?? []).filter(({ code }) => code === "BASEURL_ORIGIN");
  // The add-on's first callback carries its secret: where it goes is said before.
  for (const line of problemLines("warning", early)) io.note(`${line}\n`);
  const acceptScopes = await askForScopes(preview, options, io);
  const addon = await way.install({
    confirmOrigin: options.confirmOrigin === true,
    // The descriptor that the warnings and scopes are of, and no other.
    ...(preview === undefined ? {} : { digest: preview.digest }),
    ...(acceptScopes.length === 0 ? {} : { acceptScopes: [...acceptScopes] }),
  });
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

/** Undefined for what the install is going to refuse, with a record of it. */
async function lookAhead({ preview }: Way): Promise<Preview | undefined> {
  try {
    return await preview();
  } catch (error) {
    // The install would only do the same again.
    if (!(error instanceof CommandFailure) || error.ending === "unreachable" || /^AUTH_/.test(error.code))
      throw error;
    return undefined;
  }
}

/** Lists the scopes that the add-on asks for and doesn't have yet, and asks for consent unless the options give it. */
async function askForScopes(
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

function previewLines(preview: Preview, { site }: InstallOptions): readonly string[] {
  const { key, name, version, kind, originChange, diff, scopes, warnings } = preview;
  return [
    `${WOULD[kind]} on ${site}: ${key}  ${printable(name)}${isMissing(version) ? "" : ` ${printable(version)}`}`,
    ...(isMissing(originChange)
      ? []
      : [
          `  moves from ${printable(originChange.from)} to ${printable(originChange.to)}: --confirm-origin allows it`,
        ]),
    ...diffLines(diff),
    ...scopes.toAccept.map(
      (scope) => `  asks for the scope ${printable(scope.name)}: ${printable(scope.description)}`,
    ),
    ...scopes.dropped.map((scope) => `  gives up the scope ${printable(scope)}`),
    ...problemLines("warning", warnings),
  ];
}

/** What an upgrade does to the webhooks. */
function diffLines({ added, removed, changed, kept }: Preview["diff"]): readonly string[] {
  const line = (mark: string, { event, resolvedUrl }: Schemas["PlannedWebhook"]) =>
    `  ${mark} ${printable(event)}  ${printable(resolvedUrl)}`;
  return [
    `  webhooks: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${kept.length} as before`,
    ...added.map((webhook) => line("+", webhook)),
    ...removed.map((webhook) => line("-", webhook)),
    ...changed.flatMap(({ before, after }) => [line("-", before), line("+", after)]),
  ];
}
