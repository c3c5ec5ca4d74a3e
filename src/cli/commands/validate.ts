/** `callboard validate`: every problem of a descriptor at once; fails when there is one. */
import { defined } from "../../defined.ts";
import { counted } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import { loadDescriptor } from "../source.ts";
import { problemLines } from "../told.ts";

export async function validate(
  { io, client }: Context,
  descriptor: string,
  options: { readonly product?: string; readonly json?: boolean },
): Promise<Ending> {
  const body = { ...(await loadDescriptor(descriptor, io)), ...defined({ product: options.product }) };
  const result = await client.validateDescriptor({ body });
  print(io, options, result, [
    result.valid
      ? `valid: ${result.key ?? descriptor}, ${counted(result.webhooks?.length ?? 0, "webhook", "webhooks")}`
      : `not valid: ${descriptor}`,
    ...problemLines("error  ", result.errors),
    ...problemLines("warning", result.warnings),
  ]);
  return result.valid ? "done" : "failed";
}
