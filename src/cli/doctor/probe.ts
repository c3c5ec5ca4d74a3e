/** Asks a URL whether a Callboard server is there. */
import type { Io } from "../io.ts";
import { API_HEADER } from "../../protocol/headers.ts";
import { openServerEgress } from "../server-egress.ts";

export type Probed =
  | {
      readonly kind: "callboard";
      readonly status: number;
      readonly date: string | undefined;
      readonly text: string;
    }
  | { readonly kind: "other"; readonly status: number }
  | { readonly kind: "unreachable"; readonly detail: string };

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

export async function probe(url: string, env: Io["env"]): Promise<Probed> {
  const egress = await openServerEgress(url, env, {
    connectTimeoutMs: TIMEOUT_MS,
    requestTimeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MAX_BYTES,
  });
  try {
    const { outcome, answer } = await egress.request({ method: "GET", url, maxBytes: MAX_BYTES });
    if (answer === undefined)
      return { kind: "unreachable", detail: "detail" in outcome ? outcome.detail : "no response" };
    const headers = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]));
    if (!headers.has(API_HEADER)) return { kind: "other", status: answer.status };
    return {
      kind: "callboard",
      status: answer.status,
      date: headers.get("date"),
      text: Buffer.from(answer.body).toString("utf8"),
    };
  } finally {
    await egress.close();
  }
}
