import { expect, test } from "vitest";
import { MAX_SUSPENDED, SUSPENDED_MS, createSuspensions } from "../../../../src/host/schemas/suspensions.ts";

test("an event type is suspended for a minute", () => {
  const suspensions = createSuspensions();
  suspensions.add("crane.stopped", 1_000);
  expect(suspensions.has("crane.stopped", 1_000 + SUSPENDED_MS - 1)).toBe(true);
  expect(suspensions.has("crane.stopped", 1_000 + SUSPENDED_MS)).toBe(false);
  expect(suspensions.has("crane.halted", 1_000)).toBe(false);
});

test("with four event types suspended, all of the product are, until the first of them returns", () => {
  const suspensions = createSuspensions();
  for (let at = 0; at < MAX_SUSPENDED; at += 1) {
    expect(suspensions.has("other", at)).toBe(false);
    suspensions.add(`slow ${at}`, at);
  }
  expect(suspensions.has("other", MAX_SUSPENDED)).toBe(true);
  expect(suspensions.has("other", SUSPENDED_MS)).toBe(false);
});
