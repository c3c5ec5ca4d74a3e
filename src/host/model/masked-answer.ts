/**
 * Secrets that a receiver returns of those that it was sent, as echo services and error pages do, are masked before the response is
 * kept. Pure.
 */
import type { AnswerPart, PostCredentials } from "../../egress/index.ts";

/** A shorter text is found in any response. */
const MIN_LENGTH = 8;
const MASK = "[secret]";

/**
 * Returns the signature of a token that the response repeats; undefined if it has none. Without its signature a token is worth nothing, and
 * its claims are in the delivery log. Cheap, because nearly all responses are shorter than a signature.
 */
export function findRepeatedSignature(
  { headers, body }: Pick<AnswerPart, "headers" | "body">,
  token: string,
): string | undefined {
  const start = token.lastIndexOf(".") + 1;
  const length = token.length - start;
  const isLonger = (text: { readonly length: number }): boolean => text.length >= length;
  if (length < MIN_LENGTH || !(isLonger(body) || headers.some(([, value]) => isLonger(value))))
    return undefined;
  const signature = token.slice(start);
  return body.includes(signature) || headers.some(([, value]) => value.includes(signature))
    ? signature
    : undefined;
}

/** Returns the response without the secrets; the same object if it has none of them. */
export function maskAnswer(answer: AnswerPart, secrets: readonly string[]): AnswerPart {
  const forms = listForms(secrets);
  const received = answer.body.toString("latin1");
  const body = answer.cut === false ? received : maskCutEnd(received, forms);
  const isTold = (text: string): boolean => forms.some((form) => text.includes(form));
  if (body === received && !isTold(body) && !answer.headers.some(([, value]) => isTold(value))) return answer;
  const masked = (text: string): string => forms.reduce((left, form) => left.replaceAll(form, MASK), text);
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, masked(value)] as const),
    body: Buffer.from(masked(body), "latin1"),
  };
}

/** A body that was cut can end within a secret. */
function maskCutEnd(body: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, body.length); length >= MIN_LENGTH; length--) {
      if (body.endsWith(form.slice(0, length))) return body.slice(0, -length) + MASK;
    }
  }
  return body;
}

const BASIC = /^Basic ([A-Za-z0-9+/]+=*)$/;

/** Lists the values of the headers; of an `authorization`, what stands behind its scheme, and the password of a Basic one. */
export function listSecrets({ headers }: Pick<PostCredentials, "headers">): readonly string[] {
  return headers.flatMap((value, index) => {
    if (index % 2 === 0) return [];
    if (headers[index - 1] !== "authorization") return [value];
    const [, pair] = BASIC.exec(value) ?? [];
    return [value.slice(value.indexOf(" ") + 1), ...(pair === undefined ? [] : [readPassword(pair)])];
  });
}

function readPassword(pair: string): string {
  const text = Buffer.from(pair, "base64").toString();
  return text.slice(text.indexOf(":") + 1);
}

/** As they stand in text, JSON, HTML and URLs; the longest first, because one can be a part of another. As Latin-1, as bytes are read. */
function listForms(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter(({ length }) => length >= MIN_LENGTH)
    .flatMap((secret) => {
      const json = JSON.stringify(secret).slice(1, -1);
      return [secret, json, json.replaceAll("/", "\\/"), inHtml(secret), encodeURIComponent(secret)];
    });
  return [...new Set(forms)]
    .map((form) => Buffer.from(form).toString("latin1"))
    .toSorted((one, other) => other.length - one.length);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const inHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
