/** `callboard webhooks list|show|create|edit|delete|rotate-secret|resume` */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import { describeBatch } from "../../host/model/batch-settings.ts";
import { inactiveText } from "../../host/model/inactive-reason.ts";
import { accessRows } from "../access-values.ts";
import { confirm, describeWaiting } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { problemLines, resumedLine, statusText } from "../told.ts";
import { paceRows } from "../pace-values.ts";
import { nameFor, toSavedValues, toValues } from "../webhook-values.ts";
import type { WebhookFlags } from "../webhook-values.ts";
import { isMissing } from "../missing.ts";

type Webhook = Schemas["Webhook"];

interface Options {
  readonly site: string;
  readonly json?: boolean;
}

export async function listWebhooks({ io, client }: Context, options: ListFlags & Options): Promise<Ending> {
  const { site } = options;
  const list = await fetchList(io, options, (page) => client.listWebhooks({ path: { site }, query: page }));
  if (list.items.length === 0) {
    io.note(
      `No outgoing webhooks on site ${site}. Create one: callboard webhooks create URL --site ${site}\n`,
    );
  }
  printTable(io, options, list, {
    head: ["ID", "LAST", "ATTEMPTED", "NAME", "EVENTS", "URL"],
    rows: list.items.map((webhook) => [
      webhook.id,
      webhook.active ? (webhook.status ?? "-") : "inactive",
      webhook.lastExecutionAt ?? "never sent",
      printable(webhook.name),
      eventsText(webhook),
      printable(webhook.url),
    ]),
  });
  return "done";
}

function eventsText({ events, deprecatedEvents }: Webhook): string {
  if (isMissing(events)) return "every event";
  const deprecated = deprecatedEvents.map(
    ({ event, replacedBy }) => `${event} ${statusText({ status: "deprecated", replacedBy })}`,
  );
  return `${events.join(",")}${deprecated.length === 0 ? "" : ` (${deprecated.join("; ")})`}`;
}

export async function showWebhook({ io, client }: Context, id: string, options: Options): Promise<Ending> {
  const webhook = await client.showWebhook({ path: { site: options.site, id } });
  const { bodyFilter, lastStatusCode, lastOutcome, lastExecutionAt } = webhook;
  const rows: readonly (readonly [string, string | null])[] = [
    ["url", webhook.url],
    ["state", webhook.active ? "active" : inactiveText(webhook.inactiveBecause)],
    ["format", webhook.format],
    ["template", webhook.template],
    ["routing key", webhook.hasRoutingKey ? "set" : null],
    ["events", eventsText(webhook)],
    ["project", webhook.project],
    ["filter", webhook.filter],
    ["body filter", isMissing(bodyFilter) ? null : JSON.stringify(bodyFilter)],
    ["body", webhook.excludeBody ? "left out" : null],
    ["signature", webhook.hasSecret ? webhook.signature : "none: it has no secret"],
    ["old secret until", webhook.previousSecretUntil],
    ...accessRows(webhook),
    ["retry schedule", webhook.retryProfile ?? "that of the site"],
    ...paceRows(webhook.pace),
    ["order by", webhook.orderBy],
    ["batch", isMissing(webhook.batch) ? null : describeBatch(webhook.batch)],
    [
      "last sent",
      isMissing(lastExecutionAt) ? "never" : `${lastExecutionAt}: ${lastStatusCode ?? lastOutcome ?? ""}`,
    ],
    ["description", webhook.description === "" ? null : webhook.description],
    ["owner", webhook.owner],
    ["created", `${webhook.createdAt} by ${webhook.createdBy}`],
    ["changed", `${webhook.updatedAt} by ${webhook.updatedBy}`],
  ];
  print(io, options, webhook, [
    `${webhook.id}  ${printable(webhook.name)}`,
    ...columns(rows.flatMap(([name, value]) => (isMissing(value) ? [] : [[`  ${name}`, printable(value)]]))),
  ]);
  return "done";
}

interface CreateFlags extends WebhookFlags {
  readonly verify?: NonNullable<RequestOf<"createWebhook">["body"]["verify"]>;
}

export async function createWebhook(
  { io, client }: Context,
  url: string,
  options: CreateFlags,
): Promise<Ending> {
  const values = await toValues(options, io);
  const { verify } = options;
  const created = await client.createWebhook({
    path: { site: options.site },
    body: { ...values, ...defined({ verify }), name: nameFor(url, options.name), url },
  });
  tellChanged(io, options, created);
  return "done";
}

interface EditFlags extends WebhookFlags {
  readonly url?: string;
  /** From now on every event. */
  readonly allEvents?: boolean;
  /** False with --no-active. */
  readonly active?: boolean;
}

/** What is left out stays as it is, "" takes a value away: the API replaces every value but the secret. */
export async function editWebhook({ io, client }: Context, id: string, options: EditFlags): Promise<Ending> {
  const path = { site: options.site, id };
  const before = await client.showWebhook({ path });
  const values = await toValues(options, io, before.pace);
  const changed = await client.replaceWebhook({
    path,
    body: {
      ...toSavedValues(before, options.format),
      ...(options.allEvents === true ? { events: null } : {}),
      // Own delays take the place of a schedule by name.
      ...(options.retryDelays === undefined || options.retryDelays === "" ? {} : { retryProfile: null }),
      ...values,
      name: options.name ?? before.name,
      url: options.url ?? before.url,
      active: options.active ?? before.active,
    },
  });
  tellChanged(io, options, changed);
  return "done";
}

function tellChanged(io: Io, options: Options, webhook: Schemas["ChangedWebhook"]): void {
  if (webhook.secret !== undefined) io.note("Save this secret now: it is not shown again\n");
  print(io, options, webhook, [
    `${webhook.id}  ${printable(webhook.name)}  ${printable(webhook.url)}`,
    ...(webhook.secret === undefined ? [] : [`  secret ${webhook.secret}`]),
    ...webhook.publicKeys.map(
      ({ key, until }) => `  public key ${key}${isMissing(until) ? "" : ` (signs until ${until})`}`,
    ),
    ...problemLines("warning", webhook.warnings),
  ]);
}

export async function rotateWebhookSecret(
  { io, client }: Context,
  id: string,
  options: Options,
): Promise<Ending> {
  tellChanged(io, options, await client.rotateWebhookSecret({ path: { site: options.site, id } }));
  return "done";
}

export async function resumeWebhook({ io, client }: Context, id: string, options: Options): Promise<Ending> {
  const resumed = await client.resumeWebhook({ path: { site: options.site, id } });
  print(io, options, resumed, [resumedLine(id, resumed)]);
  return "done";
}

export async function deleteWebhook(
  { io, client }: Context,
  id: string,
  options: Options & { readonly yes?: boolean },
): Promise<Ending> {
  const path = { site: options.site, id };
  const { name, url } = await client.showWebhook({ path });
  const waiting = await describeWaiting(client, { webhook: id });
  await confirm(io, `Deleting the webhook "${name}" to ${url} ends ${waiting}.`, options);
  await client.deleteWebhook({ path });
  print(io, options, { id, deleted: true }, [`deleted: ${id}`]);
  return "done";
}
