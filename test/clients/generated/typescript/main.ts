/** Lists, creates and shows with the client that @hey-api/openapi-ts generates. */
import { client } from "./client/client.gen.js";
import {
  createSite,
  createWebhook,
  listDeliveries,
  listSites,
  publishEvent,
  showDelivery,
  showSite,
  showWebhook,
} from "./client/index.js";
import type { DeliveryDetail } from "./client/index.js";

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
const { CALLBOARD_URL = "", CALLBOARD_TOKEN = "", RECEIVER = "" } = process.env;
client.setConfig({ baseUrl: CALLBOARD_URL, auth: CALLBOARD_TOKEN });

const failing = { throwOnError: true } as const;
const { data: sites } = await listSites({ ...failing, query: { limit: 100 } });
if (!sites.items.some(({ key }) => key === "jira")) throw new Error("the site is not listed");

const body = { key: "typescript", product: "jira", name: "TypeScript" } as const;
const { data: site } = await createSite({ ...failing, body, headers: { "Idempotency-Key": "site-typescript" } });
const path = { site: site.key };
const created = await createWebhook({
  ...failing,
  path,
  body: { name: "Board", url: RECEIVER, signature: "standard", generateSecret: true },
});
const { data: webhook } = await showWebhook({ ...failing, path: { ...path, id: created.data.id } });
if (webhook.signature !== "standard") throw new Error("the signature is another one");

const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-7" } } };
const { data: published } = await publishEvent({ ...failing, path, body: event });
const id = published.deliveries[0]?.id ?? "";
let delivery: DeliveryDetail;
do {
  await new Promise((resolve) => setTimeout(resolve, 50));
  ({ data: delivery } = await showDelivery({ ...failing, path: { id } }));
} while (delivery.state === "waiting" || delivery.state === "leased");
const { data: page } = await listDeliveries({ ...failing, query: { ...path, state: "delivered" } });

const { error } = await showSite({ path: { site: "nowhere" } });
if (error?.code !== "SITE_NOT_FOUND") throw new Error("another code");

console.log(
  JSON.stringify({
    site: site.key,
    webhook: webhook.id,
    delivery: delivery.id,
    state: delivery.state,
    listed: page.items.length,
    code: error.code,
  }),
);
