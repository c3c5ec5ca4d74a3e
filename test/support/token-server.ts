/** A token server of OAuth 2 on loopback, which knows one client and says what it was asked. */
import type { Answer, Received } from "./http-receiver.ts";
import { startReceiver } from "./http-receiver.ts";

export const CLIENT = { id: "callboard client", secret: "a secret: with a colon & more" };

export interface TestTokenServer {
  readonly tokenUrl: string;
  readonly requests: readonly Received[];
  /** Tokens that it issued, the latest last. */
  readonly issued: readonly string[];
  /** Seconds that its tokens live. */
  lifetime: unknown;
  /** Answers in its place while it is set. */
  answer: Answer | undefined;
  readonly close: () => Promise<void>;
}

export async function startTokenServer(): Promise<TestTokenServer> {
  const issued: string[] = [];
  const receiver = await startReceiver((request, response, count) => {
    if (server.answer !== undefined) return server.answer(request, response, count);
    if (!isClient(request)) return answerJson(response, 401, { error: "invalid_client" });
    const token = `access-token-${issued.length + 1}-of-this-test`;
    issued.push(token);
    answerJson(response, 200, { access_token: token, token_type: "bearer", expires_in: server.lifetime });
  });
  const server: TestTokenServer = {
    tokenUrl: `${receiver.url}/token`,
    requests: receiver.received,
    issued,
    lifetime: 3_600,
    answer: undefined,
    close: receiver.close,
  };
  return server;
}

export function answerJson(response: Parameters<Answer>[1], status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** RFC 6749, section 2.3.1: both halves are encoded as in a form. */
function isClient({ headers, body }: Received): boolean {
  const form = new URLSearchParams(body.toString());
  if (form.get("grant_type") !== "client_credentials") return false;
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
  const [id, secret] =
    basic === undefined
      ? [form.get("client_id"), form.get("client_secret")]
      : Buffer.from(basic, "base64")
          .toString()
          .split(":")
          .map((half) => new URLSearchParams(`x=${half}`).get("x"));
  return id === CLIENT.id && secret === CLIENT.secret;
}
