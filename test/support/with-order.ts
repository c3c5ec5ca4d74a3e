/** An outgoing webhook with an order, on a bench, and what its receiver got by key. */
import { ensureEndpoint } from "../../src/host/store/tables/endpoints.ts";
import { subscribeWebhook } from "../../src/host/registry/outgoing/subscriptions.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { saveWebhook } from "../../src/host/store/tables/webhooks.ts";
import type { Webhook } from "../../src/host/model/webhook.ts";
import type { Received } from "./http-receiver.ts";
import { newWebhook } from "./rows.ts";
import type { Bench } from "./with-engine.ts";

/** Adds a webhook, ordered by `/issue/id` unless changed, for issue_created and issue_updated. Resolves to its endpoint. */
export async function addOrderedWebhook(
  { database, seal, siteNo, snapshots }: Bench,
  url: string,
  change: Partial<Webhook> = {},
): Promise<number> {
  const webhook = newWebhook(siteNo, 1, {
    format: "jira",
    url,
    events: ["jira:issue_created", "jira:issue_updated"],
    orderBy: "/issue/id",
    ...change,
  });
  const endpointNo = await database.write(async (tx) => {
    await saveWebhook(tx, seal, webhook);
    await subscribeWebhook(tx, webhook, new URL(url).origin);
    await raiseVersion(tx, siteNo);
    const receiver = { kind: "webhook", webhookNo: webhook.no } as const;
    return ensureEndpoint(tx, siteNo, receiver, new URL(url).origin);
  });
  await snapshots.refresh(database.read);
  return endpointNo;
}

/** An event of an issue, as a bench posts it. */
export const ofIssue = (id: string | number, step: number) => ({
  event: step % 2 === 0 ? "jira:issue_created" : "jira:issue_updated",
  payload: Buffer.from(JSON.stringify({ step, issue: { id, key: `DEMO-${id}`, fields: {} } })),
});

export const readStep = ({ body }: Received): number =>
  (JSON.parse(body.toString()) as { readonly step: number }).step;

export const readIssue = ({ body }: Received): string =>
  `${(JSON.parse(body.toString()) as { readonly issue: { readonly id: string | number } }).issue.id}`;

/** Numbers of the header `webhook-sequence`, in the order in which requests came, by issue. */
export function sequencesByIssue(received: readonly Received[]): ReadonlyMap<string, readonly number[]> {
  const byIssue = new Map<string, number[]>();
  for (const request of received) {
    const issue = readIssue(request);
    const numbers = byIssue.get(issue) ?? [];
    numbers.push(Number(request.headers["webhook-sequence"]));
    byIssue.set(issue, numbers);
  }
  return byIssue;
}
