/** `callboard inspect`: names, options and help. */
import { Option } from "commander";
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { duration } from "./option-values.ts";
import type { Actions } from "./tools.ts";

const readDelay = duration({ example: "2s", maxMs: 60_000 });
/** A number alone is milliseconds, as in version 0.1.0. */
const delay = (text: string): number => readDelay(/^\d+$/.test(text) ? `${text}ms` : text);

export function addInspectCommand(program: Command, { withClient }: Actions): void {
  withExamples(
    program
      .command("inspect")
      .description("Start the Webhook Inspector, which shows and prints every webhook that it receives")
      .option("--install", "Install the Inspector on every site")
      .option(
        "--generate <events>",
        "Publish these events (all, or names with commas between them), print the results and exit",
      )
      .option("--port <number>", "Port to listen on; 0 = any free one", "2991")
      .option(
        "--address <address>",
        "Address to listen on; any but loopback requires --access-token",
        "127.0.0.1",
      )
      .option("--base-url <url>", "URL for hosts (default: from address and port)")
      .option("--access-token <token>", "Token that the pages require (CALLBOARD_INSPECTOR_TOKEN)")
      .option("--allow-host <name...>", "Additional host names to accept")
      .option("--tls-cert <file>", "Certificate for https (PEM)")
      .option("--tls-key <file>", "Private key of the certificate (PEM)")
      .option("--output <form>", "Form of the printed webhooks: body, lines or jsonl", "body")
      .option("--filter <words>", "Print only webhooks that match, such as event:jira:*")
      .option("--answer <status>", "Response to send: a status, or drop for none", "204")
      .addOption(
        new Option("--delay <duration>", "Delay of the response, up to 60s")
          .argParser(delay)
          .default(0, "0s"),
      )
      .option(
        "--times <number>",
        "Number of requests that get the response; later ones get 204 (default: all)",
      )
      .option("--keep <number>", "Maximum number of webhooks to keep", "1000")
      .option("--store <file>", "File that keeps the webhooks over restarts")
      .action(withClient(async () => (await import("../commands/inspect.ts")).inspect)),
    "inspect --install",
    "inspect --generate jira:issue_created,jira:issue_updated",
  );
}
