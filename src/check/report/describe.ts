/** A result as people and programs read it: its state, its reason, and every failed request as a curl command. */
import { replaceControls } from "../../foreign-text.ts";
import { curlCommand } from "../../host/web/pages/curl.ts";
import type { Exchange } from "../exchange.ts";
import type { CheckResult } from "../run.ts";

/** Requests that a report shows of one check. */
export const MAX_EVIDENCE = 5;

export interface DescribedExchange {
  readonly what: string;
  /** The exact request. It holds secrets of the temporary host, which end with the run. */
  readonly curl: string;
  readonly response: string;
}

/** Returns the failed requests of a result, the first ones. */
export function describeEvidence({ outcome }: CheckResult): readonly DescribedExchange[] {
  if (outcome.state !== "failed" && outcome.state !== "warned") return [];
  return outcome.evidence.slice(0, MAX_EVIDENCE).map(describeExchange);
}

/** Returns why the check has not passed, or what is to be said although it has; "" for nothing. It controls no terminal. */
export function describeReason({ outcome }: CheckResult): string {
  return replaceControls(outcome.state === "passed" ? outcome.remarks.join("; ") : outcome.reason);
}

const MAX_BODY_CHARACTERS = 300;

function describeExchange({ what, request, reply }: Exchange): DescribedExchange {
  const response =
    reply.kind === "none"
      ? `no response: ${reply.detail}`
      : `${reply.status} ${reply.body.toString("utf8").slice(0, MAX_BODY_CHARACTERS)}`.trim();
  return { what, curl: replaceControls(curlCommand(request)), response: replaceControls(response) };
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  readonly skipped: number;
  readonly blocked: number;
}

export function countStates(results: readonly CheckResult[]): Counts {
  const count = (state: keyof Counts) => results.filter(({ outcome }) => outcome.state === state).length;
  return {
    passed: count("passed"),
    failed: count("failed"),
    warned: count("warned"),
    skipped: count("skipped"),
    blocked: count("blocked"),
  };
}
