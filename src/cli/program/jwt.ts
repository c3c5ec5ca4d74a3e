/** `callboard jwt …`: names, options and help. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { timeOrSeconds } from "./option-values.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/jwt.ts");

export function addJwtCommands(program: Command, { alone }: Actions): void {
  const jwt = program
    .command("jwt")
    .description("Sign, verify and decode JWTs of the protocol, without a server");
  withExamples(
    addRequestOptions(jwt.command("sign"))
      .description("Print a JWT (HS256) for one request, as hosts and add-ons sign it")
      .requiredOption("--issuer <name>", "Claim iss: the clientKey of a host, or the key of an add-on")
      .option("--audience <name>", "Claim aud, for requests of add-ons to hosts")
      .action(alone(async () => (await load()).signJwt)),
    "jwt sign --issuer com.example.bell --url https://board.example/rest/api/2/webhook --secret-file secret.txt",
  );
  withExamples(
    addRequestOptions(jwt.command("verify <token>"))
      .description("Verify a JWT for one request, check by check; - is standard input")
      .option("--public-key <file>", "Public key of the host (PEM), for the JWT of a signed install")
      .action(alone(async () => (await load()).verifyJwt)),
    "jwt verify - --url http://localhost:3000/installed --secret-file secret.txt",
  );
  withExamples(
    jwt
      .command("decode <token>")
      .description("Print header and claims of a JWT without verifying it; - is standard input")
      .action(alone(async () => (await load()).showJwt)),
    "jwt decode -",
  );
}

const addRequestOptions = (command: Command): Command =>
  command
    .requiredOption("--url <url>", "Absolute URL of the request, with its query string")
    .option(
      "--base-url <url>",
      "Base URL of the receiver, which the claim qsh is relative to (default: the origin of the URL)",
    )
    .option("--method <name>", "Method of the request", "POST")
    .option("--secret-file <file>", "File with the shared secret; - is standard input")
    .option(
      "--secret <text>",
      "Shared secret; every user of the machine can see it here, so prefer --secret-file",
    )
    .option(
      "--at <time>",
      "Time that counts as now: 2026-01-31T12:00:00Z, or seconds since 1970",
      timeOrSeconds,
    );
