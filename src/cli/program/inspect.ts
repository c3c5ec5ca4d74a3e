/** `callboard inspect`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import type { Actions } from "./tools.ts";

export function addInspectCommand(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("inspect")
      .description("start the Webhook Inspector: shows and prints every webhook that it is sent")
      .option("--install", "install it on every site")
      .option("--generate <events>", "fire events (all, or names with commas), tell what came back, and end")
      .option("--port <number>", "port to listen on, 0 = any free one", "2991")
      .option(
        "--address <address>",
        "address to listen on; needs --access-token unless loopback",
        "127.0.0.1",
      )
      .option("--base-url <url>", "where hosts reach it; made of address and port when left out")
      .option("--access-token <token>", "asked for by its pages (CALLBOARD_INSPECTOR_TOKEN)")
      .option("--allow-host <name...>", "further Host headers to answer")
      .option("--tls-cert <file>", "certificate (PEM); it then speaks https")
      .option("--tls-key <file>", "key of the certificate (PEM)")
      .option("--output <form>", "body, lines or jsonl", "body")
      .option("--filter <words>", "print only what fits, such as event:jira:*")
      .option("--answer <status>", "what senders are answered: a status, or drop", "204")
      .option("--delay <ms>", "how long they wait for it", "0")
      .option("--times <number>", "how many of them; the others get 204 (all when left out)")
      .option("--keep <number>", "how many it keeps", "1000")
      .option("--store <file>", "keep them over restarts")
      .action(withClient(async () => (await import("../commands/inspect.ts")).inspect)),
    "inspect --install",
    "inspect --generate jira:issue_created,jira:issue_updated",
  );
}
