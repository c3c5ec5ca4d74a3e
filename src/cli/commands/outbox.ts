/** `callboard outbox ddl`: prints the statements that create an outbox table. */
import { OUTBOX_DDL } from "../../host/index.ts";
import type { Ending } from "../exit.ts";
import type { Io } from "../io.ts";

export function printOutboxDdl(io: Io): Promise<Ending> {
  io.out(OUTBOX_DDL);
  return Promise.resolve("done");
}
