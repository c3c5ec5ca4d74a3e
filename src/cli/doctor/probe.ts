/** Asks a URL, by the same door as deliveries, whether a Callboard server is there. */
import { createEgress } from "../../egress/index.ts";
import { API_HEADER } from "../../protocol/headers.ts";
import { getHost } from "../../url-host.ts";

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

export async function probe(url: string): Promise<Probed> {
  const egress = createEgress({
    allowNetworks: ["loopback", getHost(new URL(url))],
    allowHttp: true,
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
