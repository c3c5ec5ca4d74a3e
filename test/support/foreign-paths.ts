/** Paths of routes with the IDs of somebody's things in them. */
import { EVENT } from "./portal-stage.ts";
import type { Belongings } from "./portal-stage.ts";

export const hasParameters = (route: string): boolean => route.includes(":");

/** Lists every thing that a path of the route can name, also of the kind that its owner's portal does not have. */
export function listPaths(route: string, ids: Belongings): readonly string[] {
  const [, pattern = ""] = route.split(" ");
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  return names.reduce<readonly string[]>(
    (paths, name) =>
      paths.flatMap((path) =>
        listValues(name, route, ids).map((value) => path.replace(`:${name}`, encodeURIComponent(value))),
      ),
    [pattern],
  );
}

function listValues(name: string, route: string, ids: Belongings): readonly string[] {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    site: [ids.site],
    key: [ids.key],
    no: [ids.webhook.split("_")[2] ?? ""],
    number: ["1", "2", "3", "4", "5", "6"],
    product: ["confluence"],
    event: [EVENT],
    project: ["1"],
    name: ["property"],
    token: ["none"],
    kid: ["none"],
    version: ["1"],
    id: listIds(route, ids),
  };
  const found = kinds[name];
  if (found === undefined) throw new Error(`no value for :${name} of ${route}`);
  return found;
}

function listIds(route: string, ids: Belongings): readonly string[] {
  if (route.includes("/deliveries/")) return [ids.deliveryOfAddon, ids.deliveryOfWebhook];
  if (route.includes("/replays/")) return [ids.replayOfAddon, ids.replayOfWebhook];
  return [route.includes("/webhooks/") ? ids.webhook : ids.event];
}
