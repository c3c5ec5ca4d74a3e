/**
 * Caches decisions about URLs, because checking a URL costs as much as sending to it. Only the text is decided here; the
 * addresses are checked for every connection.
 */
import type { Forbidden } from "./outcome.ts";
import { type HttpsOnly, judgeUrl, type UrlPolicy } from "./url.ts";

export interface Target {
  readonly kind: "target";
  readonly url: URL;
  readonly origin: string;
  /** Path and query, as in the request line. */
  readonly path: string;
}

export type FindTarget = (text: string, httpsOnly: HttpsOnly) => Target | Forbidden;

const MAX_REMEMBERED = 4_096;

export function createTargets(policy: UrlPolicy): FindTarget {
  const remembered = new Map<HttpsOnly, Map<string, Target>>();

  return (text, httpsOnly) => {
    const known = remembered.get(httpsOnly) ?? new Map<string, Target>();
    remembered.set(httpsOnly, known);
    const found = known.get(text);
    if (found !== undefined) return found;
    const judged = toTarget(judgeUrl(text, policy, httpsOnly));
    // A refusal isn't cached: this machine's names and addresses can change.
    if (judged.kind === "forbidden") return judged;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, judged);
    return judged;
  };
}

function toTarget(judged: URL | Forbidden): Target | Forbidden {
  if (!(judged instanceof URL)) return judged;
  return { kind: "target", url: judged, origin: judged.origin, path: judged.pathname + judged.search };
}
