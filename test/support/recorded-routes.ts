/** Records every route that Express is given from now on, so that a test can tell a route that it doesn't know. */
import { Router } from "express";

interface Recorded {
  /** Each as "METHOD /path", in the order in which they were added. */
  readonly listRoutes: () => readonly string[];
  readonly stop: () => void;
}

type Path = string | readonly string[];
interface Layer {
  readonly path: Path;
  readonly child: unknown;
}

/** Express keeps no path of a mounted router, so `use` and `route` are listened to while a host is put together. */
export function recordRoutes(): Recorded {
  const prototype = Router.prototype as unknown as {
    use: (...given: readonly unknown[]) => unknown;
    route: (path: Path) => { methods: Readonly<Record<string, boolean>> };
  };
  const { use, route } = prototype;
  const mounted = new Map<unknown, Layer[]>();
  const added = new Map<unknown, { path: Path; methods: Readonly<Record<string, boolean>> }[]>();
  prototype.use = function recordUse(this: unknown, ...given) {
    const [first, ...rest] = given;
    const hasPath = typeof first !== "function" && !(Array.isArray(first) && typeof first[0] === "function");
    const layers = mounted.get(this) ?? [];
    for (const child of hasPath ? rest : given) layers.push({ path: hasPath ? (first as Path) : "/", child });
    mounted.set(this, layers);
    return use.apply(this, [...given]);
  };
  prototype.route = function recordRoute(this: unknown, path) {
    const made = route.call(this, path);
    added.set(this, [...(added.get(this) ?? []), { path, methods: made.methods }]);
    return made;
  };

  const children = () => new Set([...mounted.values()].flatMap((layers) => layers.map(({ child }) => child)));
  function below(router: unknown, prefix: string): readonly string[] {
    const own = (added.get(router) ?? []).flatMap(({ path, methods }) =>
      toList(path).flatMap((each) =>
        // What answers every method is no route of its own: it notes which methods a path has.
        Object.keys(methods)
          .filter((method) => method !== "_all")
          .map((method) => `${method.toUpperCase()} ${joined(prefix, each)}`),
      ),
    );
    const deeper = (mounted.get(router) ?? []).flatMap(({ path, child }) =>
      toList(path).flatMap((each) => below(child, joined(prefix, each))),
    );
    return [...own, ...deeper];
  }
  return {
    listRoutes: () => {
      const mountedRouters = children();
      const roots = [...new Set([...added.keys(), ...mounted.keys()])].filter(
        (router) => !mountedRouters.has(router),
      );
      return roots.flatMap((root) => below(root, "/"));
    },
    stop: () => {
      Object.assign(prototype, { use, route });
    },
  };
}

function toList(path: Path): readonly string[] {
  return typeof path === "string" ? [path] : path;
}

function joined(prefix: string, path: string): string {
  return `${prefix}/${path}`.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
}
