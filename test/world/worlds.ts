/** Where people run Callboard, with the settings that they make there. */
import { databaseSettings } from "./databases.ts";
import type { Version, Way } from "./databases.ts";

export interface World {
  readonly name: string;
  readonly profile: "dev" | "prod";
  /** The address by which others know it. */
  readonly url: string;
  /** The address that it tells itself. */
  readonly told: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Nothing is set. */
export const LAPTOP: World = {
  name: "dev on a laptop",
  profile: "dev",
  url: "http://localhost:2990",
  told: "http://127.0.0.1:2990",
  env: {},
};

function behindNginx(name: string, url: string, more: Readonly<Record<string, string>> = {}): World {
  const env = {
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_BASE_URL: url,
    CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
    ...more,
  };
  return { name, profile: "prod", url, told: url, env };
}

export const AT_ROOT = behindNginx("prod behind nginx at /", "https://callboard.acme.example");
export const BELOW_PATH = behindNginx(
  "prod behind nginx at /callboard",
  "https://tools.acme.example/callboard",
);

export const PATH_PASSED_ON = behindNginx(
  "prod behind nginx at /callboard, which it passes on",
  "https://forge.acme.example/callboard",
);

/** For describe.each, whose titles cut long values but not text. */
export const named = <W extends World>(...worlds: readonly W[]): (readonly [name: string, world: W])[] =>
  worlds.map((world) => [world.name, world]);

export function onPostgres(version: Version, way: Way): World {
  return behindNginx(`PostgreSQL ${version} ${way.name}`, AT_ROOT.url, {
    ...databaseSettings(version, way),
    CALLBOARD_MASTER_KEY: "0123456789abcdef".repeat(4),
  });
}
