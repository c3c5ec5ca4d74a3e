/** Statistics per minute, endpoint and outcome. */

/**
 * `ok` is 200 or 204, the successful statuses in Atlassian's service level; `accepted` is any other 2xx. `failed` counts
 * ended deliveries, not attempts.
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
  /** Number of attempts within 50 ms, 200 ms, 1 s and 5 s. */
  readonly within: readonly [number, number, number, number];
}
