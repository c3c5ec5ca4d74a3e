/**
 * Whether PostgreSQL can be reached. A network that is cut says nothing: statements under way would wait for their time limit. When one
 * has waited for a while, a connection of its own asks the server; as long as that gets no answer, statements under way are broken off
 * and new ones are refused at once.
 */
import type { Client, ClientConfig } from "pg";
import { ownCode } from "./storage-error.ts";

const LOOK_EVERY_MS = 500;
/** A statement that takes longer is worth a question. */
const SUSPICIOUS_AFTER_MS = 1_500;
const QUESTION_TIMEOUT_MS = 1_500;

export interface Reachability {
  /** True while the server doesn't answer. */
  readonly isDown: () => boolean;
  /** To be called around each statement; the returned function when it has ended. */
  readonly watch: (client: Client) => () => void;
  readonly stop: () => void;
}

export interface ReachabilityOptions {
  readonly config: ClientConfig;
  readonly now: () => number;
  /** The server stopped answering: whoever waits for a connection shall hear of it. */
  readonly onDown: () => void;
}

export function createReachability({ config, now, onDown }: ReachabilityOptions): Reachability {
  const underWay = new Map<Client, number>();
  let isDown = false;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (isAsking) return;
    const oldest = Math.min(...underWay.values());
    if (!isDown && !(now() - oldest > SUSPICIOUS_AFTER_MS)) return;
    isAsking = true;
    const answers = await doesAnswer(config);
    isAsking = false;
    const wasDown = isDown;
    isDown = !answers;
    if (isDown) {
      for (const [client, since] of underWay) if (now() - since > SUSPICIOUS_AFTER_MS) breakOff(client);
      if (!wasDown) onDown();
    }
  }

  return {
    isDown: () => isDown,
    watch: (client) => {
      underWay.set(client, now());
      timer ??= setInterval(() => void look(), LOOK_EVERY_MS).unref();
      return () => {
        underWay.delete(client);
        if (underWay.size > 0 || isDown) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    stop: () => clearInterval(timer),
  };
}

/** Any answer of the server's counts, a refusal too: it is there. */
async function doesAnswer(config: ClientConfig): Promise<boolean> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: QUESTION_TIMEOUT_MS,
    query_timeout: QUESTION_TIMEOUT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    return error instanceof Error && /^[0-9A-Z]{5}$/.test(ownCode(error));
  } finally {
    // Ends in the background: the far end may not answer to that either.
    void client.end().catch(() => undefined);
    findStream(client)?.destroy();
  }
}

function breakOff(client: Client): void {
  findStream(client)?.destroy(new Error("The database does not answer"));
}

interface Destroyable {
  readonly destroy: (error?: Error) => void;
}

/** The socket below a connection, which pg's types leave out. */
function findStream(client: Client): Destroyable | undefined {
  return (client as unknown as { readonly connection?: { readonly stream?: Destroyable } }).connection
    ?.stream;
}
