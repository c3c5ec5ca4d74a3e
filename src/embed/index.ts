/** Callboard within a program: `import { createHost } from "callboard"`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { CallboardError } from "../errors.ts";
import { openHostWithin } from "../host/index.ts";
import type { OpenedHost } from "../host/index.ts";
import type { Publish } from "../host/model/published.ts";
import { createLogger } from "../logger.ts";
import type { Logger } from "../logger.ts";
import { createEmbeddedApi } from "./api.ts";
import type { ApiRequest, Management } from "./management.ts";
import { inSettingNames, toEnvironment } from "./settings.ts";
import type { HostSettings } from "./settings.ts";

export { CallboardError } from "../errors.ts";
export type { ErrorCode, Problem } from "../errors.ts";
export type {
  Publish,
  PublishOptions,
  PublishedDelivery,
  PublishedEvent,
  TransactionClient,
} from "../host/model/published.ts";
export type { Logger } from "../logger.ts";
export type { ApiRequest, Management, NewSite, ProductSummary, Site } from "./management.ts";
export type { HostSettings } from "./settings.ts";

export interface HostOptions extends HostSettings {
  /** Where log lines go; JSON lines on standard error when left out, from `logLevel` on. */
  readonly logger?: Logger | undefined;
}

export interface EmbeddedHost extends Management {
  /**
   * Publishes an event of a site; resolves when it is committed, with its deliveries.
   *
   * With `client`, the event is written in the client's transaction on the host's PostgreSQL database, and committed or rolled back
   * with it. The first statement comes after every check of the input; errors of the client come through.
   * @param payload an object, or its JSON text as bytes, which are forwarded as they are
   * @throws {CallboardError} SITE_NOT_FOUND, EVENT_SCHEMA, EVENT_CONFLICT, BODY_TOO_LARGE, BODY_NOT_JSON and the other codes of
   * a body, OVERLOADED, STORAGE; with a client TRANSACTION_UNSUPPORTED, TRANSACTION_OTHER_DATABASE, TRANSACTION_MISSING
   */
  readonly publish: Publish;
  /**
   * Does what a request to the REST API does, without a token; the path is the one below `/api/v1`, with its query.
   * @throws {CallboardError} with the code of the response's problem document; NOT_FOUND if there is no such operation
   */
  readonly request: ApiRequest;
  /** Base URL of the host: `baseUrl`, or the address it listens on; undefined while there is neither. */
  readonly url: () => string | undefined;
  /**
   * Responds to requests that the program's own server received: `app.use("/callboard", host.router)` in Express, or
   * `createServer(host.router)`. To be mounted at the path of `baseUrl`, before handlers that read bodies.
   * @throws {CallboardError} CONFIG_INVALID if `baseUrl` is not set: add-ons must be told where the router is
   */
  readonly router: (request: IncomingMessage, response: ServerResponse) => void;
  /**
   * Listens with a server of its own, at `host` and `port` of the settings unless another port is given. A host that listens
   * already stays at its port.
   * @returns the base URL
   * @throws {Error} with the `code` of listening (EADDRINUSE, EACCES …); another call tries again
   */
  readonly listen: (port?: number) => Promise<string>;
  /** Takes nothing new, finishes what is under way for at most 10 s, and closes the database. The same when called again. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a host: creates or migrates its database, and begins to deliver what waits. Environment variables are not read.
 * @throws {CallboardError} CONFIG_INVALID with every problem; STORE_LOCKED, STORE_TOO_NEW, STORAGE
 */
export async function createHost({ logger, ...settings }: HostOptions = {}): Promise<EmbeddedHost> {
  const config = readSettings(settings);
  const opened = await openHostWithin({ config, logger: logger ?? createLogger(config.logLevel) });
  let closing: Promise<void> | undefined;
  let listening: Promise<string> | undefined;
  const listen = async (port?: number): Promise<string> => {
    try {
      return await opened.listen(port);
    } catch (error) {
      listening = undefined;
      throw error;
    }
  };
  return {
    ...createEmbeddedApi(opened, config),
    url: () => opened.baseUrl() || undefined,
    get router() {
      return requireRouter(opened, config);
    },
    listen: (port) => (listening ??= listen(port)),
    close: () => (closing ??= opened.stop()),
  };
}

function readSettings(settings: HostSettings): Config {
  try {
    return readConfig(toEnvironment(settings));
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    const errors = error.errors.map(({ pointer, detail }) => ({
      pointer: inSettingNames(pointer),
      detail: inSettingNames(detail),
    }));
    throw new CallboardError(error.code, inSettingNames(error.message), { errors });
  }
}

function requireRouter({ respond }: OpenedHost, { baseUrl }: Config): EmbeddedHost["router"] {
  if (baseUrl === undefined) {
    throw new CallboardError(
      "CONFIG_INVALID",
      "Set baseUrl to the URL at which add-ons and browsers reach the router, with the path where it is mounted",
    );
  }
  return (request, response) => {
    // A framework that has mounted the router keeps the whole URL here. To this host, the request begins with it.
    Object.assign(request, { originalUrl: undefined, baseUrl: "" });
    respond(request, response);
  };
}
