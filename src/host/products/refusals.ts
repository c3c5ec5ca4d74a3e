/** Errors of changes to own products. */
import { CallboardError } from "../../errors.ts";
import type { ProductPlan } from "../model/product-impact.ts";
import { receiverFields } from "../model/receiver.ts";

export const refuseUnknown = (key: string) =>
  new CallboardError("PRODUCT_UNKNOWN", `There is no product ${JSON.stringify(key)}`);

/** Returns the error of a start that fails on a file, with the command that makes the change instead. */
export const toStartError = ({ code, message, errors }: CallboardError, file: string): CallboardError =>
  new CallboardError(
    code,
    [
      `${file} in CALLBOARD_PRODUCTS: ${message}`,
      ...errors.map(({ pointer, detail }) => `  ${pointer}  ${detail}`),
      ...(code === "PRODUCT_BREAKING"
        ? [
            `To make the change, start without CALLBOARD_PRODUCTS and run: callboard products apply ${file} --force`,
          ]
        : []),
    ].join("\n"),
    { errors },
  );

export function refuseBreaking(key: string, { changes, affected }: ProductPlan): CallboardError {
  const breaking = changes.filter((change) => change.breaking);
  const names = affected.map(({ site, name }) => `${name} on ${site}`);
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  return new CallboardError(
    "PRODUCT_BREAKING",
    `The change of ${key} can break ${shown}. ${breaking[0]?.text ?? "Its events change."} Nothing was changed`,
    {
      errors: breaking.map(({ pointer, text }) => ({ pointer, detail: text })),
      extra: {
        receivers: affected.map(({ site, siteNo, receiver, name, events, scopes }) => ({
          site,
          ...receiverFields(siteNo, receiver),
          name,
          events,
          scopes,
        })),
      },
    },
  );
}

export const refuseInUse = (key: string, sites: number) =>
  new CallboardError(
    "PRODUCT_IN_USE",
    `${sites === 1 ? "1 site is" : `${sites} sites are`} of the product ${key}. Delete ${sites === 1 ? "it" : "them"} first`,
  );
