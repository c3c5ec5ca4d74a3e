/** Where things are in the world: set by run.sh. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

const given = process.env["WORLD_DIR"];
if (given === undefined) throw new Error("Not inside the world: start the stories with npm run test:world");

export const WORLD_DIR = given;
export const PROJECT = join(import.meta.dirname, "../..");

export const newFolder = (name: string): string => mkdtempSync(join(WORLD_DIR, `${name}-`));
