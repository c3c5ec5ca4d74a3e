import { describe, expect, test } from "vitest";
import {
  formatDeliveryTitle,
  formatEndpointTitle,
  formatEventTitle,
  formatReplayTitle,
} from "../../../../../src/host/web/pages/titles.ts";
import type { DeliveryFacts } from "../../../../../src/host/web/pages/titles.ts";
import type { DeliveryState } from "../../../../../src/host/model/delivery.ts";

const DELIVERED: DeliveryFacts = {
  receiver: "Burndown",
  state: "delivered",
  attempts: 1,
  because: undefined,
  test: false,
  isUnsaved: false,
  lastStatus: 200,
};
const FAILED: DeliveryFacts = { ...DELIVERED, state: "failed", because: "exhausted", lastStatus: 503 };

describe("title of a delivery", () => {
  test.each<[Partial<DeliveryFacts>, string]>([
    [{ state: "waiting", attempts: 0 }, "Delivery to Burndown is waiting"],
    [{ state: "waiting", attempts: 1 }, "Delivery to Burndown is being retried after 1 attempt"],
    [{ state: "waiting", attempts: 3 }, "Delivery to Burndown is being retried after 3 attempts"],
    [{ state: "leased", attempts: 1 }, "Delivery to Burndown is being sent"],
    [{}, "Delivery to Burndown succeeded"],
    [{ attempts: 3 }, "Delivery to Burndown succeeded after 3 attempts"],
    [{ receiver: undefined }, "Delivery to a removed receiver succeeded"],
    [{ test: true }, "Test delivery to Burndown succeeded"],
    [{ test: true, isUnsaved: true, receiver: undefined }, "Test delivery to an unsaved webhook succeeded"],
  ])("%j is %s", (facts, title) => {
    expect(formatDeliveryTitle({ ...DELIVERED, ...facts })).toBe(title);
  });

  test.each<[Partial<DeliveryFacts>, string]>([
    [{ attempts: 6 }, "Delivery to Burndown failed after 6 attempts"],
    [{ because: "not-retried" }, "Delivery to Burndown failed after 1 attempt"],
    [{ because: "rejected", lastStatus: 400 }, "Delivery to Burndown was rejected with 400"],
    [{ because: "rejected", lastStatus: undefined }, "Delivery to Burndown was rejected"],
    [{ because: "aborted" }, "Delivery to Burndown was ended by the receiver"],
    [{ because: "gone" }, "Delivery to Burndown failed: the receiver is gone"],
    [{ because: "forbidden" }, "Delivery to Burndown was blocked"],
    [{ because: "cancelled", attempts: 0 }, "Delivery to Burndown was canceled"],
    [{ because: "cancelled", attempts: 2 }, "Delivery to Burndown was canceled after 2 attempts"],
    [{ because: "expired", attempts: 0 }, "Delivery to Burndown expired"],
    [{ because: "unsubscribed" }, "Delivery to Burndown ended: the subscription is gone"],
    [{ because: "backlog-full" }, "Delivery to Burndown was not sent: the backlog was full"],
    [{ because: "over-limit" }, "Delivery to Burndown was not sent: the body is too large"],
    [{ because: "template-failed" }, "Delivery to Burndown was not sent: the template failed"],
    [{ because: undefined, attempts: 2 }, "Delivery to Burndown failed after 2 attempts"],
  ])("a failed one, %j, is %s", (facts, title) => {
    expect(formatDeliveryTitle({ ...FAILED, ...facts })).toBe(title);
  });
});

describe("title of an event", () => {
  const to = (...states: readonly DeliveryState[]) =>
    states.map((state, index) => ({ receiver: String(index), state }));

  test.each([
    [to(), "Event issue_created matched no receiver"],
    [to("delivered"), "Event issue_created reached 1 receiver"],
    [to("delivered", "delivered"), "Event issue_created reached 2 receivers"],
    [to("delivered", "delivered", "delivered"), "Event issue_created reached all 3 receivers"],
    [to("delivered", "failed", "delivered", "delivered"), "Event issue_created reached 3 of 4 receivers"],
    [to("failed"), "Event issue_created reached 0 of 1 receiver"],
    [to("waiting"), "Event issue_created waits for 1 receiver"],
    [to("leased", "waiting"), "Event issue_created waits for 2 receivers"],
    [to("delivered", "waiting", "failed"), "Event issue_created reached 1 of 3 receivers, 1 waiting"],
  ])("%j is %s", (deliveries, title) => {
    expect(formatEventTitle("issue_created", deliveries)).toBe(title);
  });

  test("a receiver with two deliveries counts once, as reached by either of them", () => {
    const deliveries = [
      { receiver: "a", state: "failed" },
      { receiver: "a", state: "delivered" },
      { receiver: "b", state: "failed" },
      { receiver: "b", state: "waiting" },
    ] as const;
    const title = "Event page_created reached 1 of 2 receivers, 1 waiting";
    expect(formatEventTitle("page_created", deliveries)).toBe(title);
    expect(formatEventTitle("page_created", deliveries.toReversed())).toBe(title);
  });
});

test("title of an endpoint: its receiver and its state", () => {
  expect(formatEndpointTitle("Burndown", "paused")).toBe("Endpoint of Burndown is paused");
  expect(formatEndpointTitle("Burndown", "circuit-open")).toBe("Endpoint of Burndown has an open circuit");
});

test.each([
  ["running", 0, "Replay to Burndown is running"],
  ["done", 1, "Replay to Burndown sent 1 delivery"],
  ["cancelled", 12, "Replay to Burndown was canceled after 12 deliveries"],
] as const)("title of a replay that is %s", (state, sent, title) => {
  expect(formatReplayTitle({ receiver: "Burndown", state, sent })).toBe(title);
});
