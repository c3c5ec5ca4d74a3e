/** Receives the notifications of other processes, on a dedicated PostgreSQL connection that reconnects after every loss. */
import type { ClientConfig } from "pg";
import type { Logger } from "../../../logger.ts";

export interface Notices {
  /** Deliveries wait for a claim; the text says where. */
  readonly due: (notice: string) => void;
  /** The registry of a site changed. */
  readonly registry: (siteNo: number) => void;
  /** A listener has another connection, or responses for it are in the table. */
  readonly listener: (listenerId: string) => void;
  /** The connection is there (again): something may have been missed. */
  readonly connected: () => void;
}

const RECONNECT_MS = 1_000;
const HEARTBEAT_MS = 5_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

export interface Listener {
  readonly stop: () => Promise<void>;
}

/** `config` is that of a connection which belongs to this process alone: directly, or through a pooler in session mode. */
export async function listen(config: ClientConfig, notices: Notices, logger: Logger): Promise<Listener> {
  const { default: pg } = await import("pg");
  let stopped = false;
  let client: InstanceType<typeof pg.Client> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const mine = new pg.Client({
      ...config,
      query_timeout: HEARTBEAT_TIMEOUT_MS,
    });
    client = mine;
    let lost = false;
    const lose = (error?: Error): void => {
      if (lost) return;
      lost = true;
      if (stopped) return;
      logger.warn("notices.lost", error === undefined ? {} : { error });
      clearTimeout(timer);
      void mine.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), RECONNECT_MS);
    };
    mine.on("error", lose);
    mine.on("end", () => lose());
    mine.on("notification", ({ channel, payload = "" }) => {
      if (channel === "callboard_due") notices.due(payload);
      else if (channel === "callboard_listener") notices.listener(payload);
      else notices.registry(Number(payload));
    });
    // A connection whose other end vanished says nothing; only a question that stays unanswered tells.
    const beat = (): void => {
      mine.query("SELECT 1").then(
        () => {
          if (!lost && !stopped) timer = setTimeout(beat, HEARTBEAT_MS);
        },
        (error: unknown) => lose(error instanceof Error ? error : undefined),
      );
    };
    try {
      await mine.connect();
      await mine.query("LISTEN callboard_due");
      await mine.query("LISTEN callboard_registry");
      await mine.query("LISTEN callboard_listener");
      notices.connected();
      timer = setTimeout(beat, HEARTBEAT_MS);
    } catch (error) {
      lose(error instanceof Error ? error : undefined);
    }
  }
  await connect();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
