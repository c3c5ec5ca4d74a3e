/** Figures per minute, endpoint and outcome of attempts. */

/**
 * `ok` is 200 or 204, the only answers that Atlassian's service level counts as good; `accepted` any other 2xx; `failed`
 * counts deliveries that ended, not attempts.
 */
export const MINUTE_OUTCOMES = ["ok", "accepted", "refused", "unreachable", "forbidden", "failed"] as const;

export type MinuteOutcome = (typeof MINUTE_OUTCOMES)[number];

export interface MinuteCount {
  readonly siteNo: number;
  readonly minute: number;
  readonly endpointNo: number;
  readonly outcome: MinuteOutcome;
  readonly count: number;
  readonly msTotal: number;
  /** How many took at most 50 ms, 200 ms, 1 s and 5 s. */
  readonly within: readonly [number, number, number, number];
}
