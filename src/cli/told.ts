/** How things that several commands tell are put into lines. */
import type { Schemas } from "../client/index.ts";
import { counted } from "./consent.ts";
import { columns, printable } from "./io.ts";
import { isMissing } from "./missing.ts";

type Call = Schemas["LifecycleCall"];
type Addon = Schemas["Addon"];

/** The status of an event type, with what to use instead of it. */
export const statusText = ({
  status,
  replacedBy,
}: {
  readonly status: string;
  readonly replacedBy: string | null;
}): string => (isMissing(replacedBy) ? status : `${status}, use ${replacedBy}`);

/** The callbacks that a change was told by, just now. */
export function callLines(calls: readonly Call[]): readonly string[] {
  return calls.map((call) => `  ${callText(call)}`);
}

/** The callbacks of an add-on's past, which have a time. */
export function historyLines(calls: readonly Call[]): readonly string[] {
  return calls.map((call) => `  ${call.at}  ${callText(call)}`);
}

function callText({ event, outcome, status, detail, durationMs }: Call): string {
  const answer = isMissing(status) ? outcome : `${outcome} ${status}`;
  const why = outcome === "accepted" ? "" : `  ${printable(detail)}`;
  return `${event} callback: ${answer} in ${durationMs} ms${why}`;
}

export function problemLines(
  what: string,
  problems: readonly Pick<Schemas["Warning"], "pointer" | "detail">[],
): readonly string[] {
  return problems.map(
    ({ pointer, detail }) => `  ${what} ${pointer === "" ? "/" : pointer}  ${printable(detail)}`,
  );
}

export function addonLines(addon: Addon): readonly string[] {
  const rows = addon.webhooks.map(({ event, resolvedUrl, active, deprecated, replacedBy }) => [
    `  ${printable(event)}`,
    `${printable(resolvedUrl)}${active ? "" : "   (inactive)"}${
      deprecated ? `   (${statusText({ status: "deprecated", replacedBy })})` : ""
    }`,
  ]);
  const { reinstall, availableVersion, grantedScopes } = addon;
  const lost = isMissing(reinstall)
    ? []
    : [
        `  secret lost: it is reinstalled with a new one at ${reinstall.nextAt}`,
        ...(isMissing(reinstall.detail) ? [] : [`    failed so far: ${printable(reinstall.detail)}`]),
      ];
  return [
    `${addon.key}  ${printable(addon.name)}${isMissing(addon.version) ? "" : ` ${printable(addon.version)}`}  ${addon.state}`,
    ...lost,
    ...(isMissing(availableVersion) ? [] : [`  update available: ${printable(availableVersion)}`]),
    ...(grantedScopes.length === 0 ? [] : [`  scopes: ${grantedScopes.map(({ name }) => name).join(", ")}`]),
    ...columns(rows),
  ];
}

/** What a resume did to a receiver. */
export function resumedLine(name: string, { endpoints, subscriptions }: Schemas["Resumed"]): string {
  if (endpoints + subscriptions === 0) return `${name} was not stopped: nothing changed`;
  const parts = [
    ...(endpoints === 0 ? [] : [counted(endpoints, "endpoint", "endpoints")]),
    ...(subscriptions === 0 ? [] : [counted(subscriptions, "subscription", "subscriptions")]),
  ];
  return `resumed: ${name} (${parts.join(", ")})`;
}

/** "99.9%" of a share from 0 to 1, rounded down: only all of it is 100%. */
export const formatShare = (share: number): string => `${Math.floor(share * 1000) / 10}%`;
