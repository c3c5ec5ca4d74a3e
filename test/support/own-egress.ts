/** An egress without servers around it, closed when the test ends. */
import { onTestFinished } from "vitest";
import { createEgress, type Egress, type EgressOptions } from "../../src/egress/index.ts";

/** As strict as in production. */
export const STRICT: EgressOptions = {
  allowNetworks: [],
  allowHttp: true,
  connectTimeoutMs: 3_000,
  requestTimeoutMs: 5_000,
  maxAnswerBytes: 1_000,
};

/** As on a developer's machine, unless the options say otherwise. */
export function egressWith(options: Partial<EgressOptions> = {}): Egress {
  return closing(createEgress({ ...STRICT, allowNetworks: ["loopback"], ...options }));
}

export function closing<T extends { readonly close: () => Promise<void> }>(thing: T): T {
  onTestFinished(() => thing.close());
  return thing;
}
