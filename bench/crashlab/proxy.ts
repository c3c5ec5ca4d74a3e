/** A TCP proxy between hosts and PostgreSQL that misbehaves on demand. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface Proxy {
  readonly port: number;
  /** Nothing passes any more on the connections of this moment, and neither side is told. New ones work. */
  readonly blackhole: () => void;
  /**
   * The next statement that commits changes reaches the server; its answer, and the connection, are lost. Resolves when that
   * has happened.
   */
  readonly loseNextCommit: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What is looked at of a message. */
const PEEK_BYTES = 300;
const LENGTH_BYTES = 4;
const COMMIT = /^COMMIT/;
/** A batch of changes, which commits by itself. */
const BATCH = /^WITH c0 AS \((?:INSERT|UPDATE|DELETE) /;

/**
 * Follows what a client sends, message by message (PostgreSQL's frontend/backend protocol, chapter "Message Formats"), and
 * tells of each piece whether it held one that commits: a COMMIT, or the Bind of a prepared batch.
 */
function createCommitWatch(): (bytes: Buffer) => boolean {
  const batches = new Set<string>();
  let rest: Buffer = Buffer.alloc(0);
  let toSkip = 0;
  // The first message has a length and no type.
  let typeBytes = 0;

  function commits(type: string, [first = "", second = ""]: readonly string[]): boolean {
    if (type === "P" && BATCH.test(second)) batches.add(first);
    return (type === "Q" && COMMIT.test(first)) || (type === "B" && batches.has(second));
  }
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let found = false;
    for (;;) {
      const skipped = Math.min(toSkip, rest.length);
      rest = rest.subarray(skipped);
      toSkip -= skipped;
      const headBytes = typeBytes + LENGTH_BYTES;
      if (toSkip > 0 || rest.length < headBytes) return found;
      const size = typeBytes + rest.readInt32BE(typeBytes);
      const peek = Math.min(size, PEEK_BYTES);
      if (rest.length < peek) return found;
      const texts = rest.toString("latin1", headBytes, peek).split("\0");
      found ||= typeBytes > 0 && commits(rest.toString("latin1", 0, typeBytes), texts);
      typeBytes = 1;
      toSkip = size;
    }
  };
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket; isDark: boolean }>();
  let onCommit: (() => void) | undefined;

  const listener = createServer((client) => {
    const server = connect(target.port, target.host);
    const pair = { client, server, isDark: false };
    const isCommitting = createCommitWatch();
    let losing = false;
    pairs.add(pair);
    const end = (): void => {
      if (pair.isDark) return;
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end).setNoDelay(true);
    client.on("data", (bytes) => {
      if (pair.isDark) return;
      const committing = isCommitting(bytes);
      losing ||= committing && onCommit !== undefined;
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (pair.isDark) return;
      if (losing) {
        end();
        onCommit?.();
        onCommit = undefined;
        return;
      }
      client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    blackhole: () => {
      for (const pair of pairs) pair.isDark = true;
    },
    loseNextCommit: () =>
      new Promise((resolve) => {
        onCommit = resolve;
      }),
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
