/** The Inspector as an add-on: every webhook and lifecycle callback, verified or refused, becomes a capture. */
import { setTimeout as delay } from "node:timers/promises";
import type { Request, Response } from "express";
import { createAddon } from "../addon/index.ts";
import type { Addon, AddonDescriptor, Received, Report, TenantStore, WebhookEvent } from "../addon/index.ts";
import type { Catalogue } from "../catalogue/index.ts";
import type { Answers, PlannedAnswer } from "./answers.ts";
import { describeAnswer } from "./answers.ts";
import { toDraft } from "./capture.ts";
import type { Draft } from "./capture.ts";
import { findNamedEvent } from "./descriptor.ts";

export interface ReceiveOptions {
  readonly catalogue: Pick<Catalogue, "find" | "listNaming">;
  readonly descriptor: AddonDescriptor;
  readonly baseUrl: string;
  readonly keyServer: string;
  readonly tenants: TenantStore;
  readonly answers: Answers;
  readonly capture: (draft: Draft) => void;
  readonly now: () => number;
}

export function createReceiver(options: ReceiveOptions): Addon {
  const { answers, capture, catalogue } = options;
  const addon = createAddon({
    descriptor: options.descriptor,
    baseUrl: options.baseUrl,
    keyServer: options.keyServer,
    tenants: options.tenants,
    now: options.now,
    // A refused request is shown with its body, as far as it is short enough to look at.
    refusedBodyLimitBytes: 1024 * 1024,
    // People want to see every request, also the second of a delivery.
    duplicates: "deliver",
    report: (report) => {
      const draft = draftOfReport(report, catalogue);
      if (draft !== undefined) capture(draft);
    },
  });
  addon.onAny(async (event) => {
    const answer = answers.next();
    capture(draftOfEvent(event, answer, catalogue));
    if (answer.delayMs > 0) await delay(answer.delayMs, undefined, { ref: false });
    if (answer.with === "drop") event.request.socket.destroy();
    else event.answer({ status: answer.with });
  });
  return addon;
}

/** Gives a planned answer to a request that no toolkit answers. */
export function giveAnswer(answer: PlannedAnswer, request: Request, response: Response): void {
  setTimeout(() => {
    if (answer.with === "drop") request.socket.destroy();
    else response.status(answer.with).end();
  }, answer.delayMs).unref();
}

function draftOfEvent(
  event: WebhookEvent,
  answer: PlannedAnswer,
  catalogue: ReceiveOptions["catalogue"],
): Draft {
  return {
    ...toDraft(event.received),
    kind: "webhook",
    product: event.tenant.productType,
    event: findNamedEvent(event.name, event.received, catalogue),
    checks: event.checks,
    verification: { state: "ok" },
    clientKey: event.tenant.clientKey,
    answer: describeAnswer(answer),
  };
}

/** Verified webhooks come by their handler, which alone knows the answer; everything else comes by report. */
function draftOfReport(report: Report, catalogue: ReceiveOptions["catalogue"]): Draft | undefined {
  const { received } = report;
  const { kind } = received.route;
  const rest = { ...toDraft(received), kind, checks: [], clientKey: undefined };
  switch (report.kind) {
    case "accepted": {
      if (kind === "webhook") return undefined;
      const { event, checks, tenant } = report;
      const { productType: product, clientKey } = tenant;
      return { ...rest, event, product, checks, clientKey, verification: { state: "ok" }, answer: "204" };
    }
    case "refused": {
      const { code, reason, checks } = report.refusal;
      const verification = { state: "bad", code, reason } as const;
      const event = eventIn(received, catalogue);
      return {
        ...rest,
        event,
        product: findProductKey(event, catalogue),
        checks,
        verification,
        answer: String(report.status),
      };
    }
    case "unnamed":
    case "failed": {
      const answer = report.kind === "unnamed" ? "422" : "500";
      return {
        ...rest,
        event: eventIn(received, catalogue),
        product: "",
        verification: { state: "unsigned" },
        answer,
      };
    }
    case "duplicate":
      return undefined;
  }
}

function eventIn(received: Received, catalogue: ReceiveOptions["catalogue"]): string {
  const { route } = received;
  if (route.kind === "lifecycle") return route.event;
  return findNamedEvent(route.events[0] ?? "unnamed", received, catalogue);
}

/** The product of a refused webhook, as far as its event's name gives it away. */
function findProductKey(event: string, catalogue: ReceiveOptions["catalogue"]): string {
  const [only, ...others] = catalogue.listNaming(event);
  return only !== undefined && others.length === 0 ? only : "";
}
