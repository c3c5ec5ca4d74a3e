/** A host inside a test: `import { createTestHost } from "callboard/testing"`. In memory, with a clock that can be set forward. */
export { CallboardError } from "../errors.ts";
export type { ErrorCode, Problem } from "../errors.ts";
export type { ApiRequest, Management, NewSite, ProductSummary, Site } from "../embed/management.ts";
export type { Publish, PublishOptions, PublishedDelivery, PublishedEvent } from "../host/model/published.ts";
export type { Logger } from "../logger.ts";
export { createTestHost } from "./create-test-host.ts";
export type { DeliveryFilter, TestAttempt, TestDelivery, TestDeliveryState } from "./deliveries.ts";
export type { TestDescriptor } from "./descriptor.ts";
export { NotDeliveredError } from "./expect-delivered.ts";
export type { Expected } from "./expect-delivered.ts";
export type { TestHostOptions, TestProduct } from "./options.ts";
export type { Answer, AnswerParts, ReceivedRequest } from "./receiver.ts";
export type { FireOptions, InstallOptions, InstalledAddon, TestHost } from "./test-host.ts";
