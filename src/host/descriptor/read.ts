/** Reads a descriptor for an install: fetch, parse, validate, resolve. */

import { createHash } from "node:crypto";

import type { Catalogue, Product } from "../../catalogue/index.ts";
import type { Egress } from "../../egress/index.ts";
import type { DescriptorSource, ReadDescriptor } from "../../protocol/descriptor.ts";
import { fetchDescriptor } from "./fetch.ts";
import { parseDescriptor, requireWithinLimits } from "./parse.ts";
import { isObject } from "../../json/object.ts";
import { listWebhookEntries } from "./raw-descriptor.ts";
import { resolveWebhooks } from "./resolve.ts";
import { prepareShapeCheck } from "./shape.ts";
import { validateDescriptor } from "./validate.ts";
import type { ValidateOptions } from "./validate.ts";
import { originWarnings } from "./warnings.ts";

/**
 * Reads a descriptor.
 * @param send makes the request in another way, such as with credentials
 * @throws {CallboardError} with the code of the failed step.
 */
export type DescriptorReader = (
  source: DescriptorSource,
  product?: Product,
  send?: Egress["request"],
) => Promise<ReadDescriptor>;

export interface DescriptorReaderOptions {
  readonly catalogue: Catalogue;
  readonly egress: Pick<Egress, "check" | "request">;
  readonly checkFilter: ValidateOptions["checkFilter"];
  /** Resolves when the filters can be checked without blocking the event loop. */
  readonly readFiltersAhead?: (filters: readonly string[]) => Promise<void>;
}

export function createDescriptorReader({
  catalogue,
  egress,
  checkFilter,
  readFiltersAhead,
}: DescriptorReaderOptions): DescriptorReader {
  return async (source, product, send = egress.request) => {
    const value =
      source.kind === "url"
        ? parseDescriptor(await fetchDescriptor(source.url, { check: egress.check, request: send }))
        : requireWithinLimits(source.value);
    await prepareShapeCheck();
    await readFiltersAhead?.(filtersIn(value));
    const { descriptor, warnings } = validateDescriptor(value, {
      catalogue,
      ...(product === undefined ? {} : { product }),
      checkUrl: (url) => egress.check(url, { httpsOnly: true }),
      checkFilter,
    });
    const ofOrigin = source.kind === "url" ? originWarnings(source.url, descriptor) : [];
    return {
      descriptor,
      digest: createHash("sha256").update(JSON.stringify(descriptor)).digest("hex"),
      webhooks: resolveWebhooks(descriptor),
      warnings: [...ofOrigin, ...warnings],
    };
  };
}

function filtersIn(descriptor: unknown): readonly string[] {
  if (!isObject(descriptor)) return [];
  return listWebhookEntries(descriptor).flatMap((webhook) =>
    isObject(webhook) && typeof webhook["filter"] === "string" ? [webhook["filter"]] : [],
  );
}
