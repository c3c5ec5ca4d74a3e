/** Settings of a host within a program: those of the server, named and written as a program would. Pure. */
import { closest } from "fastest-levenshtein";
import { CONFIG_KEYS } from "../config.ts";
import type { ConfigKey, Environment } from "../config.ts";
import { CallboardError } from "../errors.ts";

/** Settings of the command line and of the Inspector, which a host doesn't have. */
type OthersKey = "CALLBOARD_URL" | "CALLBOARD_TOKEN" | "CALLBOARD_INSPECTOR_TOKEN";
type CamelCase<Text extends string> = Text extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Text>;
type SettingName<Key extends string> = Key extends `CALLBOARD_${infer Name}` ? CamelCase<Name> : never;

/** `databaseUrl` is CALLBOARD_DATABASE_URL of the README, and so on. Lists can be arrays. */
export type HostSettings = {
  readonly [Key in Exclude<ConfigKey, OthersKey> as SettingName<Key>]?:
    string | number | readonly string[] | undefined;
};

const OTHERS: readonly string[] = [
  "CALLBOARD_URL",
  "CALLBOARD_TOKEN",
  "CALLBOARD_INSPECTOR_TOKEN",
] satisfies readonly OthersKey[];

/** "CALLBOARD_DATABASE_URL" → "databaseUrl" */
const toName = (key: string): string =>
  key
    .replace("CALLBOARD_", "")
    .toLowerCase()
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const KEYS: ReadonlyMap<string, string> = new Map(
  Object.keys(CONFIG_KEYS)
    .filter((key) => !OTHERS.includes(key))
    .map((key) => [toName(key), key]),
);

/** Names of all settings. */
export const SETTING_NAMES: readonly string[] = [...KEYS.keys()];

/**
 * Returns the settings as the environment of a server.
 * @throws {CallboardError} CONFIG_INVALID with every unknown name and every value of a wrong type
 */
export function toEnvironment(settings: Readonly<Record<string, unknown>>): Environment {
  const env: Record<string, string> = {};
  const problems = Object.entries(settings).flatMap(([name, value]) => {
    const key = KEYS.get(name);
    if (key === undefined) {
      return [
        {
          pointer: name,
          detail: `There is no setting ${name}. Did you mean ${closest(name, [...SETTING_NAMES])}?`,
        },
      ];
    }
    const text = toText(value);
    if (text === undefined)
      return [{ pointer: name, detail: `${name} must be a string, a number or a list of strings` }];
    env[key] = text;
    return [];
  });
  if (problems.length === 0) return env;
  throw new CallboardError("CONFIG_INVALID", problems.map(({ detail }) => detail).join("\n"), {
    errors: problems,
  });
}

/** Returns undefined for a value of another type; an undefined value is as one that was left out. */
function toText(value: unknown): string | undefined {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) && value.every((each) => typeof each === "string")
    ? value.join(",")
    : undefined;
}

/** Replaces the names of the environment by those of the settings. */
export const inSettingNames = (text: string): string =>
  text.replaceAll(/\bCALLBOARD_[A-Z_]+\b/g, (key) => (key in CONFIG_KEYS ? toName(key) : key));
