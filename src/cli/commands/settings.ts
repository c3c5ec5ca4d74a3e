/** `callboard settings show|edit`: what a server that runs goes by. */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { formatDuration } from "../../duration.ts";
import { defined } from "../../defined.ts";
import { confirm } from "../consent.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";

type Settings = Schemas["Settings"];
type Change = RequestOf<"changeSettings">["body"];

interface JsonOption {
  readonly json?: boolean;
}

export async function showSettings({ io, client }: Context, options: JsonOption): Promise<Ending> {
  const settings = await client.showSettings();
  print(io, options, settings, toLines(settings));
  return "done";
}

interface EditOptions extends JsonOption {
  /** In ms. */
  readonly retention?: number;
  readonly bodyRetention?: number;
  readonly installSources?: Settings["installSources"];
  readonly yes?: boolean;
}

/** A shorter retention deletes what is older, so the extent is said before. */
export async function editSettings({ io, client }: Context, options: EditOptions): Promise<Ending> {
  const change: Change = defined({
    retentionMs: options.retention,
    bodyRetentionMs: options.bodyRetention,
    installSources: options.installSources,
  });
  if (Object.keys(change).length === 0)
    throw usageFailure(
      "Nothing to change was given",
      "Give --retention, --body-retention or --install-sources",
    );
  const extent = describeLoss(await client.showSettings(), change);
  if (extent !== undefined) await confirm(io, extent, options);
  const settings = await client.changeSettings({ body: change });
  print(io, options, settings, toLines(settings));
  return "done";
}

function describeLoss(before: Settings, { retentionMs, bodyRetentionMs }: Change): string | undefined {
  const lost = [
    ...(retentionMs !== undefined && retentionMs < before.retentionMs
      ? [`events and deliveries older than ${formatDuration(retentionMs)}`]
      : []),
    ...(bodyRetentionMs !== undefined && bodyRetentionMs < before.bodyRetentionMs
      ? [`bodies older than ${formatDuration(bodyRetentionMs)}`]
      : []),
  ];
  return lost.length === 0 ? undefined : `This deletes ${lost.join(", and ")}.`;
}

const toLines = (settings: Settings): readonly string[] =>
  columns([
    ["profile", settings.profile],
    ["base URL", printable(settings.baseUrl)],
    ["role", settings.role],
    ["retention", formatDuration(settings.retentionMs)],
    ["body retention", formatDuration(settings.bodyRetentionMs)],
    ["install sources", settings.installSources],
    [
      "allowed networks",
      settings.allowNetworks.length === 0 ? "public only" : settings.allowNetworks.join(", "),
    ],
    ["request timeout", formatDuration(settings.requestTimeoutMs)],
    ["connect timeout", formatDuration(settings.connectTimeoutMs)],
    [
      "endpoint concurrency",
      `${settings.endpointConcurrency.primary} primary, ${settings.endpointConcurrency.secondary} secondary`,
    ],
    ["body limit", `${settings.bodyLimitBytes} bytes`],
  ]);
