/** Anonymous callers, a process of their own: as many as are asked for, each sending one request after the other. */
import { Pool } from "undici";

export interface AnonymousRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type AnonymousCommand =
  { readonly kind: "begin"; readonly request: AnonymousRequest } | { readonly kind: "end" };

/** Once for "begin", and for "end" with how many were answered. */
export interface AnonymousReport {
  readonly answered: number;
}

const [url = "", count = "4"] = process.argv.slice(2);
const pool = new Pool(url, { connections: Number(count) });
let round = 0;
let answered = 0;

async function call(request: AnonymousRequest, own: number): Promise<void> {
  while (own === round) {
    try {
      const { body } = await pool.request({ ...request, body: request.body ?? null });
      await body.dump();
      answered += 1;
    } catch {
      // The server has closed the connection: the next one.
    }
  }
}

process.on("message", (command: AnonymousCommand) => {
  round += 1;
  if (command.kind === "begin") {
    answered = 0;
    for (let index = 0; index < Number(count); index += 1) void call(command.request, round);
  }
  process.send?.({ answered } satisfies AnonymousReport);
});
process.send?.({ answered: 0 } satisfies AnonymousReport);
