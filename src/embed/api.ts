/** The REST API within the process, with its first operations as methods: for a program around a host, and for tests. */
import type { Config } from "../config.ts";
import type { OpenedHost } from "../host/index.ts";
import { createInProcessApi } from "../host/web/api/in-process.ts";
import type { InProcessApi } from "../host/web/api/in-process.ts";
import { createManagement } from "./management.ts";
import type { Management } from "./management.ts";

export interface EmbeddedApi extends InProcessApi, Management {}

export function createEmbeddedApi(
  { rooms, findSite }: Pick<OpenedHost, "rooms" | "findSite">,
  { bodyLimitBytes, bodyValues }: Pick<Config, "bodyLimitBytes" | "bodyValues">,
): EmbeddedApi {
  const api = createInProcessApi({ rooms, findSite, bodyLimitBytes, bodyValues });
  return { ...api, ...createManagement(api) };
}
