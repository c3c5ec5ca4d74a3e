/** The host of a run: a real one, with a database in a folder that is removed afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readConfig } from "../config.ts";
import { CallboardError } from "../errors.ts";
import { openHostWithin } from "../host/index.ts";
import type { OpenedHost } from "../host/index.ts";
import { loadSigningKey } from "../host/registry/signing-keys.ts";
import { silentLogger } from "../logger.ts";
import type { Prober } from "./prober.ts";
import { CheckProblem } from "./outcome.ts";

export interface HostKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicPem: string;
}

export interface TemporaryHost {
  readonly url: string;
  readonly registry: OpenedHost["rooms"]["registry"];
  readonly catalogue: OpenedHost["rooms"]["catalogue"];
  readonly sites: OpenedHost["rooms"]["sites"];
  readonly key: HostKey;
  readonly close: () => Promise<void>;
}

/** An own product whose events the add-on gets: a product file, JSON or YAML. */
export interface ProductText {
  /** Its path, for messages. */
  readonly file: string;
  readonly text: string;
}

export interface TemporaryHostOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly allowNetworks: readonly string[];
  readonly watchCallback: Prober["keep"];
  readonly products: readonly ProductText[];
}

/**
 * @throws {CheckProblem} PORT_IN_USE if another process listens on the port
 * @throws {CallboardError} of a product file: PRODUCT_INVALID with every problem, PRODUCT_TOO_LARGE; CONFLICT if there is one with its key
 */
export async function openTemporaryHost(options: TemporaryHostOptions): Promise<TemporaryHost> {
  const dataDir = await mkdtemp(join(tmpdir(), "callboard-check-"));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  let host: OpenedHost | undefined;
  try {
    host = await openHostWithin({
      config: readConfig({
        CALLBOARD_PROFILE: "dev",
        CALLBOARD_DATA_DIR: dataDir,
        CALLBOARD_PORT: String(options.port),
        CALLBOARD_ALLOW_NETWORKS: options.allowNetworks.join(","),
      }),
      logger: silentLogger,
      watchCallback: options.watchCallback,
    });
    for (const product of options.products) await addProduct(host, product);
    const { kid, privateKey } = await loadSigningKey(host.context);
    const publicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    const url = await host.listen();
    const { stop } = host;
    const { registry, catalogue, sites } = host.rooms;
    return {
      url,
      registry,
      catalogue,
      sites,
      key: { kid, privateKey, publicPem },
      close: async () => {
        await stop();
        await remove();
      },
    };
  } catch (error) {
    await host?.stop();
    await remove();
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new CheckProblem(
      "failed",
      "PORT_IN_USE",
      `Another process listens on port ${options.port} of this machine`,
      "The add-on takes the keys of the check from there. Stop the other server, or choose another port with --port",
    );
  }
}

async function addProduct({ rooms }: OpenedHost, { file, text }: ProductText): Promise<void> {
  try {
    await rooms.products.create(text, { actor: "check", address: "127.0.0.1" });
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    throw new CallboardError(error.code, `${file}: ${error.message}`, { errors: error.errors, cause: error });
  }
}
