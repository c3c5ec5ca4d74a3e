/**
 * Loads ajv in parts. Its modules take about 30 ms to load and its first schema as long to compile: in one go, that blocks a
 * busy process for 0.1 s. Each part is loaded before those that need it, and the event loop runs in between.
 */
import { createRequire } from "node:module";
import type * as ajv from "ajv";
import type * as ajv2020 from "ajv/dist/2020.js";
import { takeTurn } from "../turn.ts";

const load = createRequire(import.meta.url);
/** Ordered by dependency. */
export const PARTS = [
  "ajv/dist/compile/codegen/index.js",
  "ajv/dist/compile/validate/index.js",
  "ajv/dist/core.js",
  "ajv/dist/vocabularies/draft2020.js",
  "ajv/dist/2020.js",
  "ajv",
];

async function loadParts(): Promise<void> {
  for (const part of PARTS) {
    await takeTurn();
    load(part);
  }
  await takeTurn();
}

let loading: Promise<void> | undefined;

/** Loads ajv, so that {@link requireAjv} and {@link requireAjv2020} return at once. */
export const loadAjv = (): Promise<void> => (loading ??= loadParts());

/**
 * Options for Callboard's own schemas. A test checks them against the meta-schema, whose compilation takes longer than
 * everything else.
 */
export const OWN_SCHEMAS = { validateSchema: false } as const;

/** Returns ajv. Blocks for about 30 ms unless {@link loadAjv} has resolved. */
export const requireAjv = (): typeof ajv => load("ajv") as typeof ajv;
export const requireAjv2020 = (): typeof ajv2020 => load("ajv/dist/2020.js") as typeof ajv2020;
