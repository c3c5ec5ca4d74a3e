/** The options that say what an outgoing webhook is, as values of the API. */
import type { RequestOf, Schemas } from "../client/index.ts";
import { defined } from "../defined.ts";
import { toAccess } from "./access-values.ts";
import type { AccessFlags } from "./access-values.ts";
import { usageFailure } from "./exit.ts";
import { toPace } from "./pace-values.ts";
import type { PaceFlags } from "./pace-values.ts";
import type { Io } from "./io.ts";
import { readText } from "./source.ts";
import { parseUrl } from "../parse-url.ts";

type Values = Omit<RequestOf<"createWebhook">["body"], "url" | "name" | "secret" | "verify">;

export interface WebhookFlags extends AccessFlags, PaceFlags {
  readonly site: string;
  readonly name?: string;
  /** "" for none. */
  readonly owner?: string;
  readonly format?: string;
  /** The text, or @ and the name of a file that has it; "" takes it away. */
  readonly template?: string;
  /** Name of a file, - for standard input. A key in the arguments would be seen by other users of the machine. */
  readonly routingKeyFile?: string;
  readonly event?: readonly string[];
  readonly project?: string;
  readonly filter?: string;
  /** JSON text, or @ and the name of a file that has it. */
  readonly bodyFilter?: string;
  readonly excludeBody?: boolean;
  readonly description?: string;
  readonly signature?: Schemas["Webhook"]["signature"];
  /** "" for that of the site. */
  readonly retryProfile?: NonNullable<Values["retryProfile"]> | "";
  /** "" for any order. */
  readonly orderBy?: string;
  /** "" for one event in each request. */
  readonly batch?: NonNullable<Values["batch"]> | "";
  readonly generateSecret?: boolean;
  readonly json?: boolean;
}

/**
 * What is given; "" takes a value away.
 *
 * @param before the pace that the options leave as it was where they don't name it
 * @throws CommandFailure as toBodyFilter and toPace do
 */
export async function toValues(
  flags: WebhookFlags,
  io: Io,
  before: Schemas["Webhook"]["pace"] = null,
): Promise<Partial<Values>> {
  const { format, event, project, filter, bodyFilter, excludeBody, description, signature } = flags;
  const { retryProfile, orderBy, batch, generateSecret, owner, template, routingKeyFile, ...others } = flags;
  return defined({
    owner: owner === "" ? null : owner,
    format,
    template: template === undefined ? undefined : await readTemplate(template, io),
    routingKey: routingKeyFile === undefined ? undefined : (await readText(routingKeyFile, io)).trim(),
    events: event === undefined ? undefined : [...event],
    project: project === "" ? null : project,
    filter: filter === "" ? null : filter,
    bodyFilter: bodyFilter === undefined ? undefined : await toBodyFilter(bodyFilter, io),
    excludeBody,
    description,
    signature,
    retryProfile: retryProfile === "" ? null : retryProfile,
    pace: toPace(others, before),
    orderBy: orderBy === "" ? null : orderBy,
    batch: batch === "" ? null : batch,
    generateSecret,
    ...(await toAccess(flags, io)),
  });
}

/** The values of a saved webhook, as a request that changes some of them has the others. Its secret and routing key stay. */
export function toSavedValues(webhook: Schemas["Webhook"], format = webhook.format): Partial<Values> {
  const {
    template,
    events,
    project,
    filter,
    bodyFilter,
    excludeBody,
    description,
    signature,
    orderBy,
    batch,
  } = webhook;
  return {
    format,
    // That of another format is not part of the webhook any more.
    template: format === webhook.format ? template : null,
    events,
    project,
    filter,
    bodyFilter,
    excludeBody,
    description,
    signature,
    orderBy,
    batch,
    pace: webhook.pace,
    retryProfile: webhook.retryProfile as NonNullable<Values["retryProfile"]> | null,
  };
}

async function readTemplate(given: string, io: Io): Promise<string | null> {
  if (given === "") return null;
  return given.startsWith("@") ? readText(given.slice(1), io) : given;
}

/** The name that a webhook has unless it is given another: the host of its URL. */
export const nameFor = (url: string, name: string | undefined): string => name ?? parseUrl(url)?.host ?? url;

/**
 * Reads the JSON object of a --body-filter; "" is none.
 * @throws CommandFailure USAGE when it is no JSON, and what readText throws
 */
export async function toBodyFilter(given: string, io: Io): Promise<Schemas["Webhook"]["bodyFilter"]> {
  if (given === "") return null;
  const text = given.startsWith("@") ? await readText(given.slice(1), io) : given;
  try {
    return JSON.parse(text) as Schemas["Webhook"]["bodyFilter"];
  } catch {
    throw usageFailure(
      "The body filter is not JSON",
      `Quote it for the shell, such as '{"order.total": {"$gte": 100}}', or give a file: @filter.json`,
    );
  }
}
