/** An egress and the servers around it, closed when the test ends. */
import { onTestFinished } from "vitest";
import { createEgress, type Egress, type EgressOptions } from "../../src/egress/index.ts";
import { type DnsAnswer, type DnsServer, startDnsServer } from "./dns-server.ts";
import { type Behaviour, type Receiver, startReceiver } from "./receiver.ts";

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

export async function receiverThat(behave: Behaviour): Promise<Receiver> {
  return closing(await startReceiver(behave));
}

export async function nameServerThat(
  answer: (name: string, type: "A" | "AAAA") => DnsAnswer,
  ttlSeconds = 0,
): Promise<DnsServer> {
  return closing(await startDnsServer(answer, ttlSeconds));
}

function closing<T extends { readonly close: () => Promise<void> }>(thing: T): T {
  onTestFinished(() => thing.close());
  return thing;
}
