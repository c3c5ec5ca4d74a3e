/** What the check sends, and what comes back: every request of a run is kept as a value. */

export type Headers = readonly (readonly [name: string, value: string])[];

export interface SentRequest {
  readonly method: "GET" | "POST";
  /** Absolute URL, sent as written. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** The body is sent in so many pieces, evenly spread over the time. */
  readonly pacing?: { readonly pieces: number; readonly overMs: number };
}

export type Reply =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: Headers;
      /** The first 16 KiB. */
      readonly body: Buffer;
      readonly durationMs: number;
    }
  /** No response: refused, reset, or not within the time limit. */
  | { readonly kind: "none"; readonly detail: string; readonly durationMs: number };

export interface Exchange {
  /** The request in a few words, such as "the algorithm none". */
  readonly what: string;
  readonly request: SentRequest;
  readonly reply: Reply;
}
