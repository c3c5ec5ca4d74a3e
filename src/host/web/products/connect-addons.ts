/**
 * What an add-on can ask the host about itself below /rest/atlassian-connect/1: its installation, its properties, and
 * modules that it registers at run time.
 */
import type { Response, Router } from "express";
import type { Catalogue } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { describeDeprecation } from "../../model/deprecation.ts";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { DynamicModules, WebhookModuleValue } from "../../registry/dynamic/modules.ts";
import type { AddonProperties } from "../../registry/dynamic/properties.ts";
import { isObject } from "../../../json/object.ts";
import type { JsonObject } from "../../../json/object.ts";
import { readJsonObject, readJsonValueText } from "../http/body.ts";
import type { AuthorizeAddon } from "./addon-access.ts";
import { connectErrorBody } from "./jira-errors.ts";
import { createProductRouter, queryValues } from "./product-router.ts";
import type { ProductCall } from "./product-router.ts";

export const CONNECT_PATHS = [
  "/:site/rest/atlassian-connect/1",
  "/:site/rest/atlassian-connect/latest",
] as const;

export interface ConnectAddonParts {
  readonly catalogue: Pick<Catalogue, "get">;
  readonly authorize: AuthorizeAddon;
  readonly properties: AddonProperties;
  readonly modules: DynamicModules;
  readonly loadBaseUrl: (siteKey: string) => Promise<string>;
}

export function createConnectAddonRouter(parts: ConnectAddonParts): Router {
  const { authorize, catalogue, properties, modules, loadBaseUrl } = parts;
  const { router, answer } = createProductRouter(connectErrorBody);

  /** The caller, which must be the add-on of the path. */
  async function itself({ request, siteKey, params }: ProductCall): Promise<AddonCaller> {
    const caller = await authorize(request, siteKey);
    if (caller.addonKey === params["key"]) return caller;
    throw new CallboardError("ADDON_NOT_FOUND", "An add-on can ask about itself only");
  }
  const createSelfUrl = async ({ siteKey, addonKey }: AddonCaller, below: string) =>
    `${await loadBaseUrl(siteKey)}/rest/atlassian-connect/1/addons/${encodeURIComponent(addonKey)}${below}`;

  router.get(
    "/addons/:key",
    answer(async (call) => {
      const caller = await itself(call);
      const { site, installation } = await properties.standing(caller);
      call.response.json({
        key: installation.addonKey,
        version: installation.descriptor.version ?? "",
        state: installation.state.toUpperCase(),
        host: { product: catalogue.get(site.product).addonHostName, contacts: [] },
        links: { marketplace: [], self: [{ href: await createSelfUrl(caller, "") }] },
      });
    }),
  );

  router.get(
    "/addons/:key/properties",
    answer(async (call) => {
      const caller = await itself(call);
      const names = await properties.names(caller);
      const self = await createSelfUrl(caller, "/properties/");
      const keys = names.map((name) => ({ key: name, self: self + encodeURIComponent(name) }));
      call.response.json({ keys });
    }),
  );

  router.get(
    "/addons/:key/properties/:name",
    answer(async (call) => {
      const caller = await itself(call);
      const { name = "" } = call.params;
      // The value is written as it was given: numbers beyond 2^53 and the order of keys survive.
      const value = await properties.read(caller, name);
      const self = JSON.stringify(await createSelfUrl(caller, `/properties/${encodeURIComponent(name)}`));
      call.response.type("json").send(`{"key":${JSON.stringify(name)},"value":${value},"self":${self}}`);
    }),
  );

  router.put(
    "/addons/:key/properties/:name",
    answer(async (call) => {
      const caller = await itself(call);
      const made = await properties.write(
        caller,
        call.params["name"] ?? "",
        await readJsonValueText(call.request),
      );
      sayDone(call.response, made === "created" ? 201 : 200, `Property ${made}.`);
    }),
  );

  router.delete(
    "/addons/:key/properties/:name",
    answer(async (call) => {
      await properties.remove(await itself(call), call.params["name"] ?? "");
      call.response.status(204).end();
    }),
  );

  router.get(
    "/app/module/dynamic",
    answer(async ({ request, response, siteKey }) => {
      const registered = await modules.list(await authorize(request, siteKey));
      response.json({ modules: registered, webhooks: registered });
    }),
  );

  router.post(
    "/app/module/dynamic",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      const deprecations = await modules.register(caller, webhookModulesIn(await readJsonObject(request)));
      // Connect has no body here, which its libraries don't read.
      if (deprecations.length === 0) response.status(200).end();
      else response.json({ warnings: deprecations.map(describeDeprecation) });
    }),
  );

  router.delete(
    "/app/module/dynamic",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      const keys = queryValues(request, "moduleKey");
      await modules.remove(caller, keys.length === 0 ? undefined : keys);
      response.status(204).end();
    }),
  );

  return router;
}

const sayDone = (response: Response, status: number, message: string) =>
  response.status(status).json({ message, "status-code": status });

/**
 * The webhooks in a body: as in a descriptor, `{webhooks: […]}`, also below `modules`, or a plain list of them there.
 * @throws {CallboardError} BODY_SCHEMA for anything else: no other module is served here
 */
function webhookModulesIn(body: JsonObject): readonly WebhookModuleValue[] {
  const { modules = body } = body;
  const parts: readonly unknown[] = Array.isArray(modules) ? modules : [modules];
  return parts.flatMap((part): readonly WebhookModuleValue[] => {
    if (!isObject(part)) throw notWebhooks("a module is an object");
    if (typeof part["event"] === "string") return [part];
    const others = Object.keys(part).filter((type) => type !== "webhooks");
    const { webhooks = [] } = part;
    if (others.length > 0) throw notWebhooks(`only webhooks are served here, not ${others.join(", ")}`);
    if (!Array.isArray(webhooks) || !webhooks.every(isObject))
      throw notWebhooks("webhooks is a list of objects");
    return webhooks;
  });
}

function notWebhooks(detail: string): CallboardError {
  return new CallboardError("BODY_SCHEMA", `The modules cannot be registered: ${detail}`, {
    errors: [{ pointer: "", detail }],
  });
}
