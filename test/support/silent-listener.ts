/** Addresses of loopback that swallow every attempt to connect, as a host behind a firewall does. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

export interface SilentListener {
  readonly close: () => Promise<void>;
}

/** Listens and then never accepts: once its queue is full, the system drops whatever comes. */
const LISTEN_AND_SLEEP = `
  const { workerData, parentPort } = require("node:worker_threads");
  const { createServer } = require("node:net");
  let missing = workerData.addresses.length;
  for (const host of workerData.addresses) {
    createServer().listen({ port: workerData.port, host, backlog: 1 }, () => {
      missing -= 1;
      if (missing > 0) return;
      parentPort.postMessage("listening");
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.sleepMs));
    });
  }`;

/** The queue of a listener has room for one or two connections, depending on the system. */
const FILLING = 8;
const SETTLED_MS = 200;

/** After `sleepMs` it accepts everybody; never when not given. */
export async function listenSilently(
  addresses: readonly string[],
  port: number,
  sleepMs = Number.POSITIVE_INFINITY,
): Promise<SilentListener> {
  const worker = new Worker(LISTEN_AND_SLEEP, { eval: true, workerData: { addresses, port, sleepMs } });
  await once(worker, "message");
  const fillers: Socket[] = addresses.flatMap((host) =>
    Array.from({ length: FILLING }, () => connect({ host, port }).on("error", () => undefined)),
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  return {
    close: async () => {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
}
