/** `callboard install`: from a URL or a file; the same again is an upgrade. */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
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

export async function install(
  { io, client }: Context,
  descriptor: string,
  options: { readonly site: string; readonly confirmOrigin?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const member = await descriptorMember(descriptor, io);
  const { digest, warnings } = await check(client, member);
  const early = warnings.filter(({ code }) => code === "BASEURL_ORIGIN");
  // The add-on's first callback carries its secret: where it goes is said before.
  for (const line of problemLines("warning", early)) io.note(`${line}\n`);
  const addon = await client.call<Installed>(
    "POST",
    `/sites/${encodeURIComponent(options.site)}/addons`,
    // The descriptor that the warnings are about, and no other.
    `{${member},"confirmOrigin":${options.confirmOrigin === true}${digest === undefined ? "" : `,"digest":${JSON.stringify(digest)}`}}`,
  );
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

interface Checked {
  /** Undefined for a descriptor that is refused, and from servers of older versions. */
  readonly digest?: string;
  readonly warnings: readonly ToldWarning[];
}

function check(client: Context["client"], member: string): Promise<Checked> {
  return client.call<Checked>("POST", "/descriptors/validate", `{${member}}`);
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
