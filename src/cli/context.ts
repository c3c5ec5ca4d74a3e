import type { Client } from "./client.ts";
import type { Io } from "./io.ts";

/** What every command that talks to a server gets. */
export interface Context {
  readonly io: Io;
  readonly client: Client;
}
