/** The toolkit for add-on authors: `import { createAddon } from "callboard/addon"`. */
export { createAddon } from "./create-addon.ts";
export type { Addon, AddonOptions } from "./create-addon.ts";
export { createMemoryHandled } from "./deduplication.ts";
export type { HandledDeliveries } from "./deduplication.ts";
export type { AddonDescriptor } from "./descriptor.ts";
export type { Answer, LifecycleCall, LifecycleHandler, WebhookEvent, WebhookHandler } from "./event.ts";
export type * from "./event-types.ts";
export { createFileTenants } from "./file-tenants.ts";
export { ATLASSIAN_KEY_SERVER } from "./key-server.ts";
export type {
  OwnDeliveries,
  OwnDelivery,
  OwnDeliveryPage,
  OwnDeliveryQuery,
  ReadEvent,
  ReadEventsOptions,
} from "./own-deliveries.ts";
export { headerPairs } from "./received.ts";
export type { Received } from "./received.ts";
export type { Report } from "./report.ts";
export type { Route } from "./routes.ts";
export type { Call, SignedCall } from "./sign-call.ts";
export { signAsHost } from "./sign-as-host.ts";
export type { HostPost, PostToSign } from "./sign-as-host.ts";
export { createMemoryTenants } from "./tenants.ts";
export type { InstalledTenant, Tenant, TenantStore, TenantView, UninstalledTenant } from "./tenants.ts";
export { toBodyKey, checkBody, isHubSignature } from "../protocol/body-signature.ts";
export type { BodyKey } from "../protocol/body-signature.ts";
export { timingSafeEqualText as isSameText } from "../protocol/timing-safe.ts";
export { parseToken } from "../protocol/parsed-token.ts";
export type { ParsedToken } from "../protocol/parsed-token.ts";
export type { LifecycleEvent, LifecycleUrls, WebhookModule } from "../protocol/descriptor.ts";
export type { Check, Refusal, TokenCode } from "../protocol/verdict.ts";
