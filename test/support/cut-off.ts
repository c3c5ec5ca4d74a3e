/** A way to a server that can be cut: what is open breaks, and nobody gets through until it is mended. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";

export interface CutOff {
  readonly port: number;
  /** Before anybody comes. */
  readonly leadTo: (port: number) => void;
  readonly cut: () => void;
  /** Nothing passes any more, and nothing breaks: as when packets are dropped. */
  readonly silence: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

export async function startCutOff(): Promise<CutOff> {
  const sockets = new Set<Socket>();
  let to = 0;
  let isCut = false;
  let isSilent = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    sockets.add(near);
    if (isSilent) return;
    const far = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (to = port),
    cut: () => {
      isCut = true;
      breakAll();
    },
    silence: () => {
      isSilent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend: () => {
      isCut = false;
      if (isSilent) breakAll();
      isSilent = false;
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, "close");
    },
  };
}
