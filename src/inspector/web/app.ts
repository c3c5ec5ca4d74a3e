/** The Inspector's web server: what hosts call, and behind the guard the pages for people. */
import { STATUS_CODES } from "node:http";
import express from "express";
import type { Express, RequestHandler, Router } from "express";
import type { Addon } from "../../addon/index.ts";
import type { LiveCatalogue } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import { noteMethods, refuseOtherMethod } from "../../methods.ts";
import { descriptorFor, isAddonProduct } from "../descriptor.ts";
import { createLogin, notStored, onlyKnownHosts, onlyOwnForms, securityHeaders } from "./guard.ts";
import { getFormFields } from "./fields.ts";
import type { Pages } from "./page.ts";
import type { Stream } from "./stream.ts";
import { ASSETS } from "./views.ts";

export interface AppOptions {
  readonly catalogue: LiveCatalogue;
  /** It changes when the host has other products. */
  readonly addon: () => Addon;
  readonly plain: Router;
  readonly pages: Pages;
  readonly routers: readonly Router[];
  readonly stream: Stream;
  readonly knownHosts: () => ReadonlySet<string>;
  readonly accessToken: string | undefined;
  readonly isHttps: boolean;
  /** Told of what fails within a page. */
  readonly onError: (error: unknown) => void;
}

export function createApp(options: AppOptions): Express {
  const { addon, catalogue, pages, stream } = options;
  const login = createLogin(options.accessToken, options.isHttps);
  const app = express();
  app.disable("x-powered-by");
  app.use(onlyKnownHosts(options.knownHosts), securityHeaders);

  const receive: RequestHandler = (request, response, next) => addon().router(request, response, next);
  app.use(options.plain, receive);
  app.get("/:product/atlassian-connect.json", (request, response) => {
    const product = catalogue.get(request.params.product);
    if (isAddonProduct(product, catalogue)) response.json(descriptorFor(addon().descriptor, product));
    else response.status(404).type("text").send("The Inspector is no add-on on sites of this product.\n");
  });

  app.use("/assets", express.static(ASSETS, { immutable: true, maxAge: "1y", index: false }));
  app.use(notStored, onlyOwnForms);
  app.get("/login", (_request, response) => pages.sendLogin(response, 200));
  app.post("/login", express.urlencoded({ extended: false, limit: "10kb" }), (request, response) => {
    if (login.accept(getFormFields(request)("token"), request, response)) response.redirect(303, "/");
    else pages.sendLogin(response, 401, "That is not the token.");
  });
  app.use(login.required);
  app.get("/stream", stream.handler);
  app.use(...options.routers);
  noteMethods(app.router);
  for (const router of [options.plain, addon().router, ...options.routers]) noteMethods(router);
  app.use((request, response) => {
    if (!refuseOtherMethod(request, response)) pages.sendMissing(response);
  });
  app.use(((error, _request, response, _next) => {
    if (error instanceof CallboardError && error.code === "RATE_LIMITED" && !response.headersSent) {
      response.set("retry-after", String(error.retryAfterSeconds ?? 1));
      pages.sendLogin(response, error.status, `${error.message}.`);
      return;
    }
    const refusal = toRefusal(error);
    if (refusal === undefined) options.onError(error);
    if (response.headersSent) return;
    const { status, text } = refusal ?? { status: 500, text: "The Inspector failed on this page" };
    response.status(status).type("text").send(`${text}.\n`);
  }) satisfies express.ErrorRequestHandler);
  return app;
}

/** What the caller did wrong: refused here, or by Express, which has a status below 500 then. */
function toRefusal(error: unknown): { readonly status: number; readonly text: string } | undefined {
  if (error instanceof CallboardError && error.status < 500) {
    return { status: error.status, text: error.message };
  }
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  if (typeof status !== "number" || status < 400 || status >= 500) return undefined;
  return { status, text: STATUS_CODES[status] ?? "The request cannot be read" };
}
