/** The flags of `callboard inspect` as settings of the Inspector. Pure. */
import { findSetting } from "../config.ts";
import { readRule } from "../inspector/answers.ts";
import { OUTPUTS } from "../inspector/console.ts";
import type { Output } from "../inspector/console.ts";
import type { InspectorOptions } from "../inspector/index.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";
import { usageFailure } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";
import { parseUrl } from "../parse-url.ts";

export interface InspectFlags {
  readonly port: string;
  readonly address: string;
  readonly baseUrl?: string;
  readonly accessToken?: string;
  readonly allowHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly answer: string;
  /** In ms. */
  readonly delay: number;
  readonly times?: string;
  readonly keep: string;
  readonly store?: string;
}

export interface InspectSettings {
  readonly options: Omit<InspectorOptions, "host" | "tls">;
  /** PEM files. */
  readonly tlsFiles: { readonly cert: string; readonly key: string } | undefined;
}

/** @throws {CommandFailure} `usage` */
export function readInspectFlags(flags: InspectFlags, env: Io["env"]): InspectSettings {
  const answer = readRule(flags.answer, String(flags.delay), flags.times ?? "");
  if (answer === undefined) {
    throw usageFailure(
      "--answer must be a status from 200 to 599 or drop, and --times a whole number from 1 on",
    );
  }
  const accessToken = flags.accessToken ?? findSetting(env, "CALLBOARD_INSPECTOR_TOKEN");
  const { address, baseUrl, allowHost: allowedHosts, store, tlsCert: cert, tlsKey: key } = flags;
  if ((cert === undefined) !== (key === undefined))
    throw usageFailure("--tls-cert and --tls-key go together");
  if (baseUrl !== undefined && !isWebUrl(baseUrl)) {
    throw usageFailure(`--base-url ${printable(baseUrl)} is not a URL such as https://hooks.example.com`);
  }
  return {
    options: {
      address,
      answer,
      port: readNumber("--port", flags.port, 0, 65_535),
      most: readNumber("--keep", flags.keep, 1, 9_999_999),
      ...(baseUrl === undefined ? {} : { baseUrl: withoutTrailingSlashes(baseUrl) }),
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(allowedHosts === undefined ? {} : { allowedHosts }),
      ...(store === undefined ? {} : { store }),
    },
    tlsFiles: cert === undefined || key === undefined ? undefined : { cert, key },
  };
}

/** @throws {CommandFailure} `usage` */
export function readOutput(text: string): Output {
  const output = OUTPUTS.find((known) => known === text);
  if (output === undefined) throw usageFailure(`--output is one of ${OUTPUTS.join(", ")}`);
  return output;
}

export function readEvents(text: string): "all" | readonly string[] {
  return text === "all" ? text : text.split(",");
}

function readNumber(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usageFailure(`${flag} ${printable(text)} is not a number from ${least} to ${most}`);
}

function isWebUrl(text: string): boolean {
  return parseUrl(text) !== undefined && /^https?:\/\//.test(text);
}
