/** A program with a host of its own, as tests write one: a product, a site, and a webhook that notes what it gets. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "../../src/embed/index.ts";
import type { EmbeddedHost, HostOptions } from "../../src/embed/index.ts";
import { startReceiver } from "./http-receiver.ts";
import type { Receiver } from "./http-receiver.ts";

export const MASTER_KEY = "ab".repeat(31) + "cd";

export const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  events: { "crane.stopped": { description: "A crane has stopped", group: "Cranes", sample: { crane: 4 } } },
};

export interface Program {
  readonly host: EmbeddedHost;
  readonly receiver: Receiver;
  /** Numbers of the cranes whose events arrived, in their order. */
  readonly arrived: () => readonly number[];
  readonly close: () => Promise<void>;
}

/** Opens a host with the site "quay" of the product "harbor", whose webhook goes to a receiver of the test. */
export async function openProgram(options: HostOptions = {}): Promise<Program> {
  const dataDir = mkdtempSync(join(tmpdir(), "callboard-"));
  const host = await createHost({
    dataDir,
    databaseUrl: "sqlite::memory:",
    masterKey: MASTER_KEY,
    logLevel: "silent",
    ...options,
  });
  const receiver = await startReceiver();
  await host.products.put(HARBOR);
  await host.sites.add({ key: "quay", product: "harbor", name: "Quay" });
  await host.request("POST", "/sites/quay/webhooks", {
    name: "Board",
    url: receiver.url,
    events: ["crane.stopped"],
  });
  return {
    host,
    receiver,
    arrived: () =>
      receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { crane: number }).crane),
    close: async () => {
      await host.close();
      await receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
