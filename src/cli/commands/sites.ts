/** `callboard sites …` */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import { confirm, counted, describeWaiting } from "../consent.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import type { EventAge } from "../program/option-values.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

type Site = Schemas["Site"];
type Change = RequestOf<"changeSite">["body"];

interface JsonOption {
  readonly json?: boolean;
}

interface Values extends JsonOption {
  readonly name?: string;
  /** "" for a URL of this server. */
  readonly baseUrl?: string;
  /** "" for that of the product. */
  readonly retryProfile?: NonNullable<Change["retryProfile"]> | "";
  readonly installSigning?: NonNullable<Change["installSigning"]>;
  readonly envelope?: NonNullable<Site["options"]["envelope"]>;
  readonly userParameters?: boolean;
  /** In ms; "" for that of the host. */
  readonly retention?: number | "";
  readonly bodyRetention?: number | "";
  readonly eventRetention?: readonly EventAge[];
}

export async function listSites({ io, client }: Context, options: ListFlags): Promise<Ending> {
  const list = await fetchList(io, options, (page) => client.listSites({ query: page }));
  if (list.items.length === 0) io.note("No sites. Create one: callboard sites create KEY --product jira\n");
  printTable(io, options, list, {
    head: ["KEY", "PRODUCT", "NAME", "BASE URL"],
    rows: list.items.map(toCells),
  });
  return "done";
}

export async function showSite({ io, client }: Context, key: string, options: JsonOption): Promise<Ending> {
  const site = await client.showSite({ path: { site: key } });
  const { product, name, baseUrl, clientKey, retryProfile, installSigning, createdAt } = site;
  print(io, options, site, [
    `${site.key}  ${printable(name)}`,
    ...columns([
      ["  product", product],
      ["  base URL", baseUrl],
      ["  client key", clientKey],
      ["  retry schedule", retryProfile ?? "that of the product"],
      [
        "  installed callbacks",
        installSigning === "signed" ? "signed (RS256)" : "legacy: the first is unsigned",
      ],
      ...Object.entries(site.options).map(([option, value]) => [`  ${option}`, formatOption(value)]),
      ["  created", createdAt],
    ]),
  ]);
  return "done";
}

const formatOption = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export async function createSite(
  { io, client }: Context,
  key: string,
  options: Values & { readonly product: string },
): Promise<Ending> {
  const { product, name = key } = options;
  const values = toValues(options);
  const site = await client.createSite({ body: { ...values, key, product, name } });
  print(io, options, site, [`created: ${toCells(site).join("  ")}`]);
  return "done";
}

export async function editSite({ io, client }: Context, key: string, options: Values): Promise<Ending> {
  const path = { site: key };
  const { options: given, ...values } = toValues(options);
  if (given === undefined && Object.keys(values).length === 0)
    throw usageFailure("Nothing to change was given", "List the options: callboard sites edit --help");
  // The API replaces the options as a whole.
  const before = given === undefined ? undefined : (await client.showSite({ path })).options;
  const body =
    given === undefined ? values : { ...values, options: withoutEmpty({ ...before, ...given }, options) };
  const site = await client.changeSite({ path, body });
  print(io, options, site, [`changed: ${toCells(site).join("  ")}`]);
  return "done";
}

function toValues({
  name,
  baseUrl,
  retryProfile,
  installSigning,
  envelope,
  userParameters,
  retention,
  bodyRetention,
  eventRetention,
}: Values): Partial<Change> {
  // An empty text takes the site's own period away. It is 0 until withoutEmpty leaves it out.
  const given: NonNullable<Change["options"]> = defined({
    envelope,
    userParameters,
    retentionMs: retention === "" ? 0 : retention,
    bodyRetentionMs: bodyRetention === "" ? 0 : bodyRetention,
    eventRetentionMs:
      eventRetention === undefined
        ? undefined
        : Object.fromEntries(eventRetention.map(({ event, ms }) => [event, ms])),
  });
  return defined({
    name,
    baseUrl: baseUrl === "" ? null : baseUrl,
    retryProfile: retryProfile === "" ? null : retryProfile,
    installSigning,
    options: Object.keys(given).length === 0 ? undefined : given,
  });
}

function withoutEmpty(merged: NonNullable<Change["options"]>, { retention, bodyRetention }: Values) {
  const { retentionMs, bodyRetentionMs, ...rest } = merged;
  return {
    ...rest,
    ...defined({
      retentionMs: retention === "" ? undefined : retentionMs,
      bodyRetentionMs: bodyRetention === "" ? undefined : bodyRetentionMs,
    }),
  };
}

export async function deleteSite(
  { io, client }: Context,
  key: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<Ending> {
  const path = { site: key };
  const [addons, webhooks, waiting] = await Promise.all([
    client.listAddons({ path, query: { limit: MAX_COUNTED } }),
    client.listWebhooks({ path, query: { limit: MAX_COUNTED } }),
    describeWaiting(client, { site: key }),
  ]);
  const extent = [
    countPage(addons, "add-on", "add-ons"),
    countPage(webhooks, "outgoing webhook", "outgoing webhooks"),
    waiting,
  ].join(", ");
  await confirm(io, `Deleting the site ${key} ends ${extent}.`, {
    yes: options.yes,
    isRequired: true,
    needs: "--yes",
  });
  await client.deleteSite({ path });
  print(io, options, { key, deleted: true }, [`deleted: ${key}`]);
  return "done";
}

const MAX_COUNTED = 500;

const countPage = (
  { items, next }: { items: readonly unknown[]; next: string | null },
  one: string,
  many: string,
) => `${counted(items.length, one, many)}${isMissing(next) ? "" : " or more"}`;

function toCells({ key, product, name, baseUrl }: Site): readonly string[] {
  return [key, product, printable(name), printable(baseUrl)];
}
