/** An egress and the servers around it, closed when the test ends. */
import { type DnsServer, type GiveDnsAnswer, startDnsServer } from "./dns-server.ts";
import { closing } from "./own-egress.ts";
import { type Behaviour, type Receiver, startReceiver } from "./receiver.ts";

export { STRICT, egressWith } from "./own-egress.ts";

export async function receiverThat(behave: Behaviour): Promise<Receiver> {
  return closing(await startReceiver(behave));
}

export async function nameServerThat(answer: GiveDnsAnswer, ttlSeconds = 0): Promise<DnsServer> {
  return closing(await startDnsServer(answer, ttlSeconds));
}
