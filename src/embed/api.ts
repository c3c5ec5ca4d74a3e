/** The REST API within the process, with its first operations as methods: for a program around a host, and for tests. */
import type { Config } from "../config.ts";
import type { OpenedHost } from "../host/index.ts";
import type { Publish } from "../host/model/published.ts";
import { createPublish } from "../host/web/api/publish.ts";
import { createManagement } from "./management.ts";
import type { ApiRequest, Management } from "./management.ts";

export interface EmbeddedApi extends Management {
  readonly publish: Publish;
  readonly request: ApiRequest;
}

/** Loads the routes of the API with the first request: a program that only publishes needs none of them. */
export function createEmbeddedApi(
  { rooms, findSite }: Pick<OpenedHost, "rooms" | "findSite">,
  { bodyLimitBytes, bodyValues }: Pick<Config, "bodyLimitBytes" | "bodyValues">,
): EmbeddedApi {
  let loading: Promise<ApiRequest> | undefined;
  const load = async (): Promise<ApiRequest> => {
    const { createInProcessRequest } = await import("../host/web/api/in-process.ts");
    return createInProcessRequest(rooms);
  };
  const request: ApiRequest = async (...operation) => (await (loading ??= load()))(...operation);
  return {
    publish: createPublish({ rooms, findSite, bodyLimitBytes, bodyValues }),
    request,
    ...createManagement({ request }),
  };
}
