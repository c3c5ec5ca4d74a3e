/** Headers as the sent log keeps them: what lets somebody in is masked, in what was sent and in what was answered. Pure. */

const MASKED = "[masked]";
/** Sessions that a receiver opens with its answer; x-acpt is that of atlassian-connect-express. */
const OPENS_A_SESSION = new Set(["set-cookie", "set-cookie2", "x-acpt"]);

type Header = readonly [name: string, value: string];

/** Names and values in a row, the token masked. */
export function maskedRequestHeaders(headers: readonly string[]): readonly string[] {
  const at = headers.indexOf("authorization");
  return at < 0 ? headers : headers.with(at + 1, `JWT ${MASKED}`);
}

/** The values of session headers masked. */
export function maskedAnswerHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.map((header) =>
    OPENS_A_SESSION.has(header[0].toLowerCase()) ? [header[0], MASKED] : header,
  );
}
