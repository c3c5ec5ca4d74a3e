/** How things that several commands tell are put into lines. */
import { columns, printable } from "./io.ts";

export interface ToldCall {
  readonly at: string;
  readonly event: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly detail: string;
  readonly durationMs: number;
}

export interface ToldWarning {
  readonly code?: string;
  readonly pointer: string;
  readonly detail: string;
}

export interface ToldAddon {
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
  readonly state: string;
  /** A later version in the directory. Left out by servers of older versions. */
  readonly availableVersion?: string | null;
  readonly grantedScopes?: readonly { readonly name: string; readonly description: string | null }[];
  /** Its secret was lost, and it is to be reinstalled with a new one. */
  readonly reinstall?: {
    readonly attempts: number;
    readonly nextAt: string;
    readonly detail: string | null;
  } | null;
  readonly webhooks: readonly {
    readonly event: string;
    readonly deprecated: boolean;
    readonly replacedBy: string | null;
    readonly resolvedUrl: string;
    readonly active: boolean;
  }[];
  readonly lifecycle: readonly ToldCall[];
}

/** The status of an event type, with what to use instead of it. */
export const statusText = ({
  status,
  replacedBy,
}: {
  readonly status: string;
  readonly replacedBy: string | null;
}): string => (replacedBy === null ? status : `${status}, use ${replacedBy}`);

/** The callbacks that a change was told by, just now. */
export function callLines(calls: readonly ToldCall[]): readonly string[] {
  return calls.map((call) => `  ${callText(call)}`);
}

/** The callbacks of an add-on's past, which have a time. */
export function historyLines(calls: readonly ToldCall[]): readonly string[] {
  return calls.map((call) => `  ${call.at}  ${callText(call)}`);
}

function callText({ event, outcome, status, detail, durationMs }: ToldCall): string {
  const answer = status === null ? outcome : `${outcome} ${status}`;
  const why = outcome === "accepted" ? "" : `  ${printable(detail)}`;
  return `${event} callback: ${answer} in ${durationMs} ms${why}`;
}

export function problemLines(what: string, problems: readonly ToldWarning[]): readonly string[] {
  return problems.map(
    ({ pointer, detail }) => `  ${what} ${pointer === "" ? "/" : pointer}  ${printable(detail)}`,
  );
}

export function addonLines(addon: ToldAddon): readonly string[] {
  const rows = addon.webhooks.map(({ event, resolvedUrl, active, deprecated, replacedBy }) => [
    `  ${printable(event)}`,
    `${printable(resolvedUrl)}${active ? "" : "   (switched off)"}${
      deprecated ? `   (${statusText({ status: "deprecated", replacedBy })})` : ""
    }`,
  ]);
  const { reinstall = null } = addon;
  const lost =
    reinstall === null
      ? []
      : [
          `  secret lost: it is reinstalled with a new one at ${reinstall.nextAt}`,
          ...(reinstall.detail === null ? [] : [`    failed so far: ${printable(reinstall.detail)}`]),
        ];
  const { availableVersion = null, grantedScopes = [] } = addon;
  return [
    `${addon.key}  ${printable(addon.name)}${addon.version === null ? "" : ` ${printable(addon.version)}`}  ${addon.state}`,
    ...lost,
    ...(availableVersion === null ? [] : [`  update available: ${printable(availableVersion)}`]),
    ...(grantedScopes.length === 0 ? [] : [`  scopes: ${grantedScopes.map(({ name }) => name).join(", ")}`]),
    ...columns(rows),
  ];
}
