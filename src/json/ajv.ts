/**
 * Loads ajv without a pause for others. Its modules take some 30 ms to load, and its first schema as long to compile: in one
 * go, on a busy machine, nothing else happens for a tenth of a second. So it is loaded part by part, each before what is
 * built on it, and others have their turn in between.
 */
import { createRequire } from "node:module";
import type * as ajv from "ajv";
import type * as ajv2020 from "ajv/dist/2020.js";

const load = createRequire(import.meta.url);
/** In the order in which they need each other. */
export const PARTS = [
  "ajv/dist/compile/codegen/index.js",
  "ajv/dist/compile/validate/index.js",
  "ajv/dist/core.js",
  "ajv/dist/vocabularies/draft2020.js",
  "ajv/dist/2020.js",
  "ajv",
];

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function loadParts(): Promise<void> {
  for (const part of PARTS) {
    await turn();
    load(part);
  }
  await turn();
}

let loading: Promise<void> | undefined;

/** Resolves once {@link requireAjv} and {@link requireAjv2020} take no time. */
export const loadAjv = (): Promise<void> => (loading ??= loadParts());

/**
 * For schemas of our own: a test holds them against their meta-schema, and compiling that takes longer than all the rest.
 */
export const OWN_SCHEMAS = { validateSchema: false } as const;

/** At once, at the cost of a pause unless it was loaded before. */
export const requireAjv = (): typeof ajv => load("ajv") as typeof ajv;
export const requireAjv2020 = (): typeof ajv2020 => load("ajv/dist/2020.js") as typeof ajv2020;
