/** Matches requests with the lifecycle callbacks and webhooks of a descriptor. Pure. */
import { pathBelowBase } from "../protocol/below-base.ts";
import { LIFECYCLE_EVENTS } from "../protocol/descriptor.ts";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { pathBelow } from "../protocol/qsh.ts";
import type { AddonDescriptor } from "./descriptor.ts";
import { listWebhookModules } from "./descriptor.ts";

/** Purpose of a request. A webhook has several event types if they share its URL; then the body names one. */
export type Route =
  | { readonly kind: "lifecycle"; readonly event: LifecycleEvent }
  | {
      readonly kind: "webhook";
      readonly events: readonly string[];
      /** Names of the params of its modules. */
      readonly params?: readonly string[];
    };

interface Pattern {
  readonly route: Route;
  readonly path: RegExp;
  /** Fixed query parameters of the URL, without those that the host fills in. */
  readonly query: readonly (readonly [string, string])[];
  /** Params with fixed values. Not every host sends params, so they distinguish webhooks only where present. */
  readonly params: readonly (readonly [string, string])[];
}

/** Returns the route of a raw request target, or undefined if it is not one of the add-on's. */
export type FindRoute = (rawUrl: string) => Route | undefined;

/** A value that the host fills in. */
const VARIABLE = /\{[^{}]*\}/;

/** Creates the routes. `dynamicUrl` receives dynamic webhooks, whose event type is in the body. */
export function createRoutes(
  descriptor: AddonDescriptor,
  basePath: string,
  dynamicUrl: string | undefined,
): FindRoute {
  const relativeTo = (url: string) => pathBelowBase(url, descriptor.baseUrl) ?? url;
  const patterns = [
    ...LIFECYCLE_EVENTS.flatMap((event) => {
      const url = descriptor.lifecycle?.[event];
      return url === undefined ? [] : [toPattern({ kind: "lifecycle", event }, relativeTo(url))];
    }),
    ...listWebhookModules(descriptor).map(({ event, url, params = {} }) =>
      toPattern(
        { kind: "webhook", events: [event], params: Object.keys(params) },
        relativeTo(url),
        Object.entries(params),
      ),
    ),
    ...(dynamicUrl === undefined ? [] : [toPattern({ kind: "webhook", events: [] }, dynamicUrl)]),
  ];
  return (rawUrl) => {
    const [path = "", query = ""] = splitOnce(rawUrl, "?");
    const relative = rooted(pathBelow(path, basePath));
    const parameters = new URLSearchParams(query);
    const fitting = patterns.filter(
      (pattern) =>
        pattern.path.test(relative) &&
        pattern.query.every(([name, value]) => parameters.getAll(name).includes(value)) &&
        pattern.params.every(([name, value]) => !parameters.has(name) || parameters.get(name) === value),
    );
    return mostSpecific(fitting, parameters);
  };
}

/** Returns the event type of a webhook: that of its URL, or the one in the body if several share the URL. */
export function readEventType(route: Route, body: unknown): string | undefined {
  if (route.kind === "lifecycle") return route.event;
  const [only, ...others] = route.events;
  if (only !== undefined && others.length === 0) return only;
  const named = nameIn(body);
  return route.events.length === 0 || route.events.some((event) => event === named) ? named : undefined;
}

function mostSpecific(fitting: readonly Pattern[], parameters: URLSearchParams): Route | undefined {
  const ranked = fitting.map(({ route, query, params }) => ({
    route,
    rank: query.length + params.filter(([name]) => parameters.has(name)).length,
  }));
  const most = Math.max(0, ...ranked.map(({ rank }) => rank));
  const best = ranked.filter(({ rank }) => rank === most).map(({ route }) => route);
  const lifecycle = best.find((route) => route.kind === "lifecycle");
  if (lifecycle !== undefined || best.length === 0) return lifecycle;
  const webhooks = best.flatMap((route) => (route.kind === "webhook" ? [route] : []));
  return {
    kind: "webhook",
    events: webhooks.flatMap(({ events }) => events),
    params: [...new Set(webhooks.flatMap(({ params = [] }) => params))],
  };
}

function toPattern(
  route: Route,
  url: string,
  params: readonly (readonly [name: string, value: string])[] = [],
): Pattern {
  const [path = "", query = ""] = splitOnce(url, "?");
  const parts = rooted(path)
    .split(/\$?\{[^{}/]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const own = new URLSearchParams(query);
  return {
    route,
    path: new RegExp(`^${parts.join("[^/]*")}/?$`),
    query: [...own].filter(([, value]) => !VARIABLE.test(value)),
    params: params.filter(([name, value]) => !own.has(name) && !VARIABLE.test(value)),
  };
}

function nameIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("webhookEvent" in body)) return undefined;
  return typeof body.webhookEvent === "string" ? body.webhookEvent : undefined;
}

function rooted(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
