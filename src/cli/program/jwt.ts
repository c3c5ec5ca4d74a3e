/** `callboard jwt …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/jwt.ts");

export function addJwtCommands(program: Command, { alone }: Actions): void {
  const jwt = program
    .command("jwt")
    .description("tokens of the protocol: sign, verify, decode; without a server");
  withExamples(
    addRequestOptions(jwt.command("sign"))
      .description("print an HS256 token for one request, as hosts and add-ons sign theirs")
      .requiredOption("--issuer <name>", "iss: the clientKey of a host, or the key of an add-on")
      .option("--audience <name>", "aud, for calls of add-ons to hosts")
      .action(alone(async () => (await load()).signJwt)),
    "jwt sign --issuer com.example.bell --url https://board.example/rest/api/2/webhook --secret-file secret.txt",
  );
  withExamples(
    addRequestOptions(jwt.command("verify <token>"))
      .description("verify a token for one request, check by check; - reads it from standard input")
      .option("--public-key <file>", "the host's key in PEM, for the token of a signed install")
      .action(alone(async () => (await load()).verifyJwt)),
    "jwt verify - --url http://localhost:3000/installed --secret-file secret.txt",
  );
  withExamples(
    jwt
      .command("decode <token>")
      .description("print header and claims, unverified; - reads it from standard input")
      .action(alone(async () => (await load()).showJwt)),
    "jwt decode -",
  );
}

const addRequestOptions = (command: Command): Command =>
  command
    .requiredOption("--url <url>", "absolute URL of the request, with its query")
    .option(
      "--base-url <url>",
      "base URL of the receiver, which qsh is relative to; the URL's origin if left out",
    )
    .option("--method <name>", "method of the request", "POST")
    .option("--secret-file <file>", "file with the shared secret; - is standard input")
    .option("--secret <text>", "the shared secret; every user of the machine can see it here")
    .option("--at <time>", "the time that counts as now, in seconds since 1970 or ISO 8601");
