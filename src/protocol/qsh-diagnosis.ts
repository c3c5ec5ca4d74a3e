/** Finds the reason for a different qsh by trying the common mistakes. Pure. */
import { canonicalRequest, queryStringHash } from "./qsh.ts";
import type { TokenRequest } from "./qsh.ts";

export interface QshMistake {
  readonly canonical: string;
  /** The signer's mistake, as the end of a sentence. */
  readonly explanation: string;
}

const METHODS = ["GET", "POST", "PUT", "DELETE"];

/** Returns the common mistake that explains `qsh`, or undefined. */
export function diagnoseQsh(qsh: string, request: TokenRequest): QshMistake | undefined {
  return mistakes(request).find(({ canonical }) => queryStringHash(canonical) === qsh);
}

function mistakes({ method, rawUrl, basePath }: TokenRequest): readonly QshMistake[] {
  const [path = "", query = ""] = split(rawUrl);
  const right = canonicalRequest(method, rawUrl, basePath);
  const rightPath = canonicalRequest(method, path, basePath);
  const inBase = basePath === "" ? rawUrl : basePath + rawUrl;
  return [
    { canonical: canonicalRequest(method, rawUrl, ""), explanation: "it includes the path of the baseUrl" },
    { canonical: canonicalRequest(method, inBase, ""), explanation: "it has the path of the baseUrl twice" },
    { canonical: rightPath, explanation: "it leaves the query out" },
    {
      canonical: canonicalRequest(method, path, ""),
      explanation: "it includes the path of the baseUrl and leaves the query out",
    },
    ...METHODS.filter((other) => other !== method.toUpperCase()).map((other) => ({
      canonical: canonicalRequest(other, rawUrl, basePath),
      explanation: `it was signed for ${other}`,
    })),
    { canonical: rightPath + query, explanation: "its query is neither sorted nor re-encoded" },
    { canonical: rightPath.slice(0, -1), explanation: "it lacks the last & of an empty query" },
    { canonical: right.replace(/^([^&]*&[^&]*)&/, "$1/&"), explanation: "its path keeps a trailing slash" },
    { canonical: right.replaceAll("%20", "+"), explanation: "it writes a space as + instead of %20" },
    { canonical: right.replaceAll("%2C", ","), explanation: "it leaves a comma in a value as it is" },
    { canonical: leavesMarks(right), explanation: "it leaves ! ' ( ) * as they are" },
    { canonical: decodedPath(right), explanation: "its path is percent-decoded" },
    { canonical: right.toLowerCase(), explanation: "it is in lower case" },
  ].filter(({ canonical }) => canonical !== right);
}

function split(rawUrl: string): readonly string[] {
  const mark = rawUrl.indexOf("?");
  return mark < 0 ? [rawUrl] : [rawUrl.slice(0, mark), rawUrl.slice(mark + 1)];
}

function leavesMarks(canonical: string): string {
  return canonical.replace(/%(2[1789A])/g, (whole) => decodeURIComponent(whole));
}

function decodedPath(canonical: string): string {
  const [method = "", path = "", ...query] = canonical.split("&");
  try {
    return [method, decodeURIComponent(path), ...query].join("&");
  } catch {
    return canonical;
  }
}
