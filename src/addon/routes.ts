/** Which request is which: the lifecycle callbacks and webhooks of a descriptor as a table to match requests with. Pure. */
import { LIFECYCLE_EVENTS } from "../protocol/descriptor.ts";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { pathBelow } from "../protocol/qsh.ts";
import type { AddonDescriptor } from "./descriptor.ts";
import { webhooksOf } from "./descriptor.ts";

/** What a request is for. A webhook's event is undefined when several share its url and only the body can tell. */
export type Route =
  | { readonly kind: "lifecycle"; readonly event: LifecycleEvent }
  | { readonly kind: "webhook"; readonly events: readonly string[] };

interface Pattern {
  readonly route: Route;
  readonly path: RegExp;
  /** The parameters that the url itself has, without those that the host fills in. */
  readonly query: readonly (readonly [string, string])[];
}

/** The route of a raw request target, or undefined when it is none of the add-on's. */
export type FindRoute = (rawUrl: string) => Route | undefined;

/** `dynamicUrl` receives webhooks that were registered by REST, whose event stands in the body. */
export function createRoutes(
  descriptor: AddonDescriptor,
  basePath: string,
  dynamicUrl: string | undefined,
): FindRoute {
  const patterns = [
    ...LIFECYCLE_EVENTS.flatMap((event) => {
      const url = descriptor.lifecycle?.[event];
      return url === undefined ? [] : [patternOf({ kind: "lifecycle", event }, url)];
    }),
    ...webhooksOf(descriptor).map(({ event, url }) => patternOf({ kind: "webhook", events: [event] }, url)),
    ...(dynamicUrl === undefined ? [] : [patternOf({ kind: "webhook", events: [] }, dynamicUrl)]),
  ];
  return (rawUrl) => {
    const [path = "", query = ""] = splitOnce(rawUrl, "?");
    const relative = rooted(pathBelow(path, basePath));
    const parameters = new URLSearchParams(query);
    const fitting = patterns.filter(
      (pattern) =>
        pattern.path.test(relative) &&
        pattern.query.every(([name, value]) => parameters.getAll(name).includes(value)),
    );
    return mostSpecific(fitting);
  };
}

/** The event of a webhook: its url's own, or, where several share the url, the one of them that the body names. */
export function eventOf(route: Route, body: unknown): string | undefined {
  if (route.kind === "lifecycle") return route.event;
  const [only, ...others] = route.events;
  if (only !== undefined && others.length === 0) return only;
  const named = nameIn(body);
  return route.events.length === 0 || route.events.some((event) => event === named) ? named : undefined;
}

function mostSpecific(fitting: readonly Pattern[]): Route | undefined {
  const most = Math.max(0, ...fitting.map((pattern) => pattern.query.length));
  const best = fitting.filter((pattern) => pattern.query.length === most).map(({ route }) => route);
  const lifecycle = best.find((route) => route.kind === "lifecycle");
  if (lifecycle !== undefined || best.length === 0) return lifecycle;
  return { kind: "webhook", events: best.flatMap((route) => (route.kind === "webhook" ? route.events : [])) };
}

function patternOf(route: Route, url: string): Pattern {
  const [path = "", query = ""] = splitOnce(url, "?");
  const parts = rooted(path)
    .split(/\$?\{[^{}/]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return {
    route,
    path: new RegExp(`^${parts.join("[^/]*")}/?$`),
    query: [...new URLSearchParams(query)].filter(([, value]) => !/\{[^{}]*\}/.test(value)),
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
