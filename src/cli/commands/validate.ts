/** `callboard validate`: every problem of a descriptor at once; fails when there is one. */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print } from "../io.ts";
import { descriptorMember } from "../source.ts";
import { problemLines } from "../told.ts";
import type { ToldWarning } from "../told.ts";

interface Validated {
  readonly valid: boolean;
  readonly key?: string;
  readonly webhooks?: readonly unknown[];
  readonly errors: readonly ToldWarning[];
  readonly warnings: readonly ToldWarning[];
}

export async function validate(
  { io, client }: Context,
  descriptor: string,
  options: { readonly product?: string; readonly json?: boolean },
): Promise<Ending> {
  const member = await descriptorMember(descriptor, io);
  const product = options.product === undefined ? "" : `,"product":${JSON.stringify(options.product)}`;
  const result = await client.call<Validated>("POST", "/descriptors/validate", `{${member}${product}}`);
  print(io, options, result, [
    result.valid
      ? `valid: ${result.key ?? descriptor}, ${result.webhooks?.length ?? 0} webhooks`
      : `not valid: ${descriptor}`,
    ...problemLines("error  ", result.errors),
    ...problemLines("warning", result.warnings),
  ]);
  return result.valid ? "done" : "failed";
}
