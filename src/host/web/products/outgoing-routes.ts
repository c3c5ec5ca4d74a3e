/** A product's own webhook API below one site: lists, adds, shows, changes and deletes outgoing webhooks in the product's form. */
import type { Request, Response, Router } from "express";
import { CallboardError } from "../../../errors.ts";
import type { Webhook } from "../../model/webhook.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { editedValues } from "./outgoing-access.ts";
import type { OutgoingAccess, OutgoingCall } from "./outgoing-access.ts";
import { createProductRouter } from "./product-router.ts";
import type { ErrorBody, ProductCall } from "./product-router.ts";

type Params = Readonly<Record<string, string>>;

export interface OutgoingApi<Body> {
  readonly product: string;
  readonly errorBody: ErrorBody;
  /** The API token, where the product has another place for it than the Authorization header. */
  readonly readToken?: (request: Request) => string | undefined;
  /** Only webhooks of the project that the path names are seen. @throws {CallboardError} QUERY_INVALID */
  readonly readProject?: (params: Params) => string | undefined;
  readonly read: (request: Request) => Promise<Body>;
  readonly toValues: (body: Body, project: string | undefined) => WebhookValues;
  readonly toChanges: (body: Body, before: Webhook) => Partial<WebhookValues>;
  readonly shown: (webhook: Webhook, siteKey: string) => object | Promise<object>;
  /** The address of a new webhook, for a 201; 200 where the product has none. */
  readonly createSelfUrl?: (siteKey: string, no: number) => Promise<string>;
  readonly changesBy: "put" | "patch";
  /** Whether a deletion is answered with the webhook as it was, instead of 204. */
  readonly showsDeleted: boolean;
}

type Call = ProductCall & OutgoingCall;

export function createOutgoingRouter<Body>(api: OutgoingApi<Body>, outgoing: OutgoingAccess): Router {
  const { router, answer } = createProductRouter(api.errorBody);
  const enter = (handle: (call: Call) => Promise<Response>) =>
    answer(async (call) => {
      const { request, siteKey } = call;
      const entered = await outgoing(request, siteKey, api.product, api.readToken?.(request));
      await handle({ ...call, ...entered });
    });
  const isInProject = ({ project }: Webhook, params: Params): boolean =>
    api.readProject === undefined || project === api.readProject(params);

  /** @throws {CallboardError} WEBHOOK_NOT_FOUND, for a webhook of another project too */
  async function find({ webhooks, parseNumber, siteKey, params }: Call): Promise<Webhook> {
    const { webhook } = await webhooks.show(siteKey, parseNumber(params["no"]));
    if (isInProject(webhook, params)) return webhook;
    throw new CallboardError(
      "WEBHOOK_NOT_FOUND",
      `There is no webhook ${String(params["no"])} in ${String(params["project"])}`,
    );
  }

  router.get(
    "/",
    enter(async ({ webhooks, siteKey, params, response }) => {
      const own = (await webhooks.list(siteKey)).filter(({ webhook }) => isInProject(webhook, params));
      return response.json(await Promise.all(own.map(async ({ webhook }) => api.shown(webhook, siteKey))));
    }),
  );

  router.post(
    "/",
    enter(async ({ webhooks, by, siteKey, params, request, response }) => {
      const project = api.readProject?.(params);
      const values = api.toValues(await api.read(request), project);
      const { webhook } = await webhooks.create(siteKey, values, by);
      if (api.createSelfUrl !== undefined)
        response.status(201).location(await api.createSelfUrl(siteKey, webhook.no));
      return response.json(await api.shown(webhook, siteKey));
    }),
  );

  router.get(
    "/:no",
    enter(async (call) => call.response.json(await api.shown(await find(call), call.siteKey))),
  );

  router[api.changesBy](
    "/:no",
    enter(async (call) => {
      const { webhooks, by, siteKey, request, response } = call;
      const before = await find(call);
      const values = editedValues(before, api.toChanges(await api.read(request), before));
      const { webhook } = await webhooks.edit(siteKey, before.no, values, by);
      return response.json(await api.shown(webhook, siteKey));
    }),
  );

  router.delete(
    "/:no",
    enter(async (call) => {
      const { webhooks, by, siteKey, response } = call;
      const { webhook } = await webhooks.remove(siteKey, (await find(call)).no, by);
      if (!api.showsDeleted) return response.status(204).end();
      return response.json(await api.shown(webhook, siteKey));
    }),
  );
  return router;
}
