/** A response → what is kept of it: readable, and without the secrets that it repeats. Pure. */
import { isUtf8 } from "node:buffer";
import { decodeSmallBody, isEncoded } from "../../egress/content-encoding.ts";
import type { DecodedBody } from "../../egress/content-encoding.ts";
import type { AnswerPart } from "../../egress/index.ts";
import { findRepeatedSignature, maskAnswer } from "./masked-answer.ts";

/** Limit of a decoded body, in bytes: as many as are kept of one that is not encoded. */
const MAX_DECODED_BYTES = 64 * 1024;

/** What was sent, and may be in the response. */
export interface SentSecrets {
  readonly secrets: readonly string[];
  /** Value of the `authorization` header, or the token alone. */
  readonly token: string | undefined;
}

export interface KeptAnswer {
  readonly answer: AnswerPart;
  /** Why it is not the response as it was received, unless secrets are all that it lacks. */
  readonly note?: string;
}

/** Returns the same response if nothing of it has to change, as for nearly all. */
export function keepAnswer(received: AnswerPart, sent: SentSecrets): KeptAnswer {
  if (!isEncoded(received)) return { answer: withoutSecrets(received, sent) };
  const { answer, note } = toReadable(received, sent);
  return { answer: withoutSecrets(answer, sent), ...(note === undefined ? {} : { note }) };
}

function withoutSecrets(answer: AnswerPart, { secrets, token }: SentSecrets): AnswerPart {
  const signature = token === undefined ? undefined : findRepeatedSignature(answer, token);
  if (signature === undefined && secrets.length === 0) return answer;
  return maskAnswer(answer, signature === undefined ? secrets : [...secrets, signature]);
}

/** Of a body that can't be read, nobody can say whether it has a secret: it is kept only if none was sent. */
function toReadable(answer: AnswerPart, { secrets, token }: SentSecrets): KeptAnswer {
  const decoded = decodeSmallBody(answer, MAX_DECODED_BYTES);
  if (decoded.kind === "decoded") {
    if (decoded.body === answer.body) return { answer };
    return { answer: { ...answer, body: decoded.body }, note: "The body of the response is shown decoded" };
  }
  const problem = describe(decoded);
  // A text that is said to be encoded.
  if (isUtf8(answer.body)) return { answer, note: `${problem}. It is shown as received` };
  if (secrets.length === 0 && token === undefined)
    return { answer, note: `${problem}. It is kept as received` };
  return {
    answer: { ...answer, body: Buffer.alloc(0) },
    note: `${problem}. It is not kept, because it may repeat a secret`,
  };
}

function describe(decoded: Exclude<DecodedBody, { readonly kind: "decoded" }>): string {
  switch (decoded.kind) {
    case "too-large":
      return `The body of the response has more than ${MAX_DECODED_BYTES / 1024} KiB decoded`;
    case "unknown":
      return `The body of the response has the encoding ${JSON.stringify(decoded.encoding.slice(0, 40))}, which Callboard does not decode`;
    case "corrupt":
      return `The body of the response is not ${decoded.encoding}, although its content-encoding says so`;
  }
}
