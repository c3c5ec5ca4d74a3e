/**
 * The Webhook Inspector: an add-on that subscribes to every event, and shows and prints what it is sent. Built on the
 * toolkit; it talks to a host through the host's public API only.
 */
import { createServer as createHttpServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createFileTenants, createMemoryTenants } from "../addon/index.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../catalogue/index.ts";
import { inBrackets } from "../url-host.ts";
import { knownHosts, requireGuarded } from "./address.ts";
import { createAnswers } from "./answers.ts";
import type { Rule } from "./answers.ts";
import type { Capture, Draft } from "./capture.ts";
import { readInspectorDescriptor, withOwnEvents } from "./descriptor.ts";
import { eventNames, generate, unknownNames } from "./generate.ts";
import type { Generated, UnknownName } from "./generate.ts";
import { createHostApi } from "./host-api.ts";
import type { HostCall } from "./host-api.ts";
import { openInboxFile } from "./inbox-file.ts";
import { createInbox } from "./inbox.ts";
import { installEverywhere, removeEverywhere } from "./install.ts";
import type { Installed } from "./install.ts";
import { createPlain } from "./plain.ts";
import { createHostProducts } from "./products.ts";
import { createReceiver, giveAnswer } from "./receive.ts";
import { openSeed } from "./seed-file.ts";
import { createAnsweringPages } from "./web/answering.ts";
import { createApp } from "./web/app.ts";
import { createGeneratingPages } from "./web/generating.ts";
import { createPages } from "./web/page.ts";
import { createReceivedPages } from "./web/received.ts";
import { createRuns } from "./web/runs.ts";
import { createStream } from "./web/stream.ts";
import { loadViews } from "./web/views.ts";

export interface InspectorOptions {
  /** The host whose keys are trusted, and the way to its API. */
  readonly host: { readonly url: string; readonly call: HostCall };
  /** 0 takes any free port. */
  readonly port: number;
  /** 127.0.0.1 when left out; anything but loopback needs an access token. */
  readonly address?: string;
  /** URL at which hosts reach the Inspector. Derived from address and port by default. */
  readonly baseUrl?: string;
  /** Guards the pages. */
  readonly accessToken?: string;
  /** Further Host headers that are answered. */
  readonly allowedHosts?: readonly string[];
  /** PEM; with it the Inspector speaks https, which Projectrak's webhooks demand. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Maximum number of captures. */
  readonly most?: number;
  /** Name of its webhooks on sites without add-ons. */
  readonly webhookName?: string;
  /** A file that keeps them, and the secrets, over restarts. */
  readonly store?: string;
  readonly answer?: Rule;
  /** Called with every capture as it comes. */
  readonly onCapture?: (capture: Capture) => void;
  /** Told of what fails beside the answer to a sender: a page, the printing, the file. */
  readonly onError?: (error: unknown) => void;
  readonly now?: () => number;
}

export interface Inspector {
  /** Listens, and returns the address of the pages. */
  readonly start: () => Promise<string>;
  readonly stop: () => Promise<void>;
  /** URL of the running Inspector. */
  readonly url: () => string;
  /** Puts it on every site of the host. */
  readonly install: () => Promise<readonly Installed[]>;
  /** Takes back what `install` did, and gives an Inspector that it replaced its place back. Resolves to what failed, a line each. */
  readonly uninstall: () => Promise<readonly string[]>;
  /** Those of the names that no product of the host has. */
  readonly unknownNames: (events: readonly string[]) => Promise<readonly UnknownName[]>;
  /** Generates every event of every site, or those named. */
  readonly generate: (
    events: "all" | readonly string[],
    onResult?: (result: Generated) => void,
  ) => Promise<readonly Generated[]>;
}

const LOOPBACK = "127.0.0.1";
const KEPT = 1_000;

/** State between start and stop. */
interface Running {
  readonly url: string;
  readonly install: Inspector["install"];
  readonly uninstall: Inspector["uninstall"];
  readonly unknownNames: Inspector["unknownNames"];
  readonly generate: Inspector["generate"];
  readonly stop: () => Promise<void>;
}

/** Throws CONFIG_INSECURE when its pages would stand open to others. */
export function createInspector(options: InspectorOptions): Inspector {
  requireGuarded(options.address ?? LOOPBACK, options.accessToken);
  let running: Running | undefined;
  const started = () => {
    if (running === undefined) throw new Error("the Inspector is not started");
    return running;
  };
  return {
    start: async () => (running ??= await run(options)).url,
    stop: async () => {
      const before = running;
      running = undefined;
      await before?.stop();
    },
    url: () => started().url,
    install: () => started().install(),
    uninstall: () => started().uninstall(),
    unknownNames: (events) => started().unknownNames(events),
    generate: (events, onResult) => started().generate(events, onResult),
  };
}

async function run(options: InspectorOptions): Promise<Running> {
  const { host, store, tls, address = LOOPBACK, most = KEPT, now = Date.now } = options;
  const onError = options.onError ?? (() => undefined);
  const file = store === undefined ? undefined : await openInboxFile(store, most, onError);
  const views = await loadViews();
  const inbox = file?.inbox ?? createInbox(most);
  const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  const port = await listen(server, options.port, address);
  const url = options.baseUrl ?? `${tls === undefined ? "http" : "https"}://${urlHost(address)}:${port}`;

  const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
  const api = createHostApi(host.call, catalogue);
  const products = createHostProducts(catalogue, api);
  const answers = createAnswers(options.answer);
  const seed = store === undefined ? undefined : await openSeed(`${store}.seed`);
  const tenants = store === undefined ? createMemoryTenants() : createFileTenants(`${store}.tenants`);
  const capture = (draft: Draft) => {
    const added = inbox.add(draft);
    try {
      options.onCapture?.(added);
    } catch (error) {
      // The sender is answered in any case: what it sent is kept, and it cannot help our printing.
      onError(error);
    }
  };
  const stream = createStream(inbox.lastId);
  inbox.watch(stream.changed);
  const descriptor = readInspectorDescriptor();
  const keyServer = `${host.url}/keys`;
  const createOwnAddon = () =>
    createReceiver({
      catalogue,
      descriptor: withOwnEvents(descriptor, catalogue),
      baseUrl: url,
      keyServer,
      tenants,
      answers,
      capture,
      now,
    });
  let addon = createOwnAddon();
  const refreshProducts = async () => {
    if (await products.refresh()) addon = createOwnAddon();
  };
  // A host that can't be reached yet is asked again by everything that needs its products.
  await refreshProducts().catch(() => undefined);
  const plain = createPlain({ catalogue, capture, nextAnswer: answers.next, give: giveAnswer, now, seed });
  const { webhookName = "Webhook Inspector" } = options;
  const installer = { api, catalogue, addonKey: descriptor.key, baseUrl: url, plain, webhookName };
  let installations: Awaited<ReturnType<typeof installEverywhere>> = [];
  const install = async () => {
    await refreshProducts();
    return (installations = await installEverywhere(installer));
  };
  const generating = { api, catalogue, inbox, addonKey: descriptor.key, baseUrl: url, now };
  const pages = createPages(views, answers);
  const app = createApp({
    catalogue,
    addon: () => addon,
    plain: plain.router,
    pages,
    routers: [
      createReceivedPages(pages, { inbox, tenants, baseUrl: () => url, hostUrl: host.url, now }),
      createGeneratingPages(pages, createRuns(generating, stream.changed), {
        url: host.url,
        api,
        install,
        products,
      }),
      createAnsweringPages(pages, answers),
    ],
    stream,
    knownHosts: () => knownHosts(url, port, options.allowedHosts ?? []),
    accessToken: options.accessToken,
    isHttps: tls !== undefined,
    onError,
  });
  server.on("request", app);

  return {
    url,
    install,
    uninstall: async () => {
      const removed = installations;
      installations = [];
      return removeEverywhere(removed);
    },
    unknownNames: async (events) => {
      await refreshProducts();
      return unknownNames(events, catalogue);
    },
    generate: async (events, onResult = () => undefined) => {
      await refreshProducts();
      const sites = await api.sites();
      const wanted = sites
        .flatMap((site) => eventNames(site.product, catalogue).map((event) => ({ site, event })))
        .filter(({ event }) => events === "all" || events.includes(event));
      return generate(wanted, { ...generating, onResult });
    },
    stop: async () => {
      stream.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await file?.close();
    },
  };
}

function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : port);
    });
  });
}

function urlHost(address: string): string {
  if (address === "0.0.0.0" || address === "::") return LOOPBACK;
  return inBrackets(address);
}
