/**
 * The dynamic webhooks of an add-on that failed in the last 72 hours, so that it can catch up after an outage.
 * Source: developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks, "Get failed webhooks".
 */
import type { Queryable } from "../store/db/database.ts";
import { listFailedDynamic } from "../store/tables/failed-webhooks.ts";
import { formatId } from "../model/ids.ts";
import { listSubscriptions } from "../store/tables/subscriptions.ts";
import { bodyVariant } from "../model/body-variant.ts";

const KEPT_MS = 72 * 3_600_000;
const MAX_SHOWN = 1_000;

export interface FailedWebhook {
  /** What its X-Atlassian-Webhook-Identifier was. */
  readonly id: string;
  /** The body as sent; undefined when retention took it. */
  readonly body: string | undefined;
  readonly url: string;
  readonly failedAt: number;
}

export interface FailedWebhookPage {
  readonly webhooks: readonly FailedWebhook[];
  /** Where the next page begins: after this time. Undefined on the last page. */
  readonly after: number | undefined;
}

/** Oldest failure first. Failures of the same millisecond are never split, so a page can be longer than `most`. */
export async function listFailedWebhooks(
  q: Queryable,
  addon: { readonly siteNo: number; readonly addonKey: string },
  page: { readonly after: number | undefined; readonly most: number },
  now: number,
): Promise<FailedWebhookPage> {
  const { siteNo, addonKey } = addon;
  const after = Math.max(page.after ?? 0, now - KEPT_MS);
  const failed = await listFailedDynamic(q, { siteNo, addonKey, after, limit: MAX_SHOWN });
  const last = failed[Math.min(page.most, failed.length) - 1];
  const shown = failed.filter(({ failedAt }) => last !== undefined && failedAt <= last.failedAt);
  const subscriptions = new Map((await listSubscriptions(q, siteNo)).map((each) => [each.no, each]));
  return {
    webhooks: shown.map(({ id, matched, url, failedAt, body }) => ({
      id: formatId("dlv", siteNo, id),
      body:
        body === ""
          ? undefined
          : bodyVariant(
              Buffer.from(body),
              matched.flatMap((no) => subscriptions.get(no) ?? []),
            ).toString("utf8"),
      url,
      failedAt,
    })),
    after: shown.length < failed.length || failed.length === MAX_SHOWN ? last?.failedAt : undefined,
  };
}
