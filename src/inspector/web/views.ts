/** The templates of `views/`, and the addresses of its stylesheet and script. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as format from "../../format.ts";

/** Three folders up, from the source and the build alike. */
const VIEWS = fileURLToPath(new URL("../../../views", import.meta.url));

export const ASSETS = `${VIEWS}/assets`;

export interface Views {
  /** The page of a template below `views/inspector`. What it is given is escaped; `it.show` formats numbers. */
  readonly render: (name: string, data: object) => string;
  /** Changes with the assets, so that a browser fetches new ones at once. */
  readonly version: string;
}

export async function loadViews(): Promise<Views> {
  const { Eta } = await import("eta");
  const eta = new Eta({ views: VIEWS, cache: true, autoEscape: true });
  const assets = await Promise.all(
    ["callboard.css", "callboard.js"].map((name) => readFile(`${ASSETS}/${name}`)),
  );
  const version = createHash("sha256").update(Buffer.concat(assets)).digest("hex").slice(0, 8);
  return { render: (name, data) => eta.render(`/inspector/${name}`, { ...data, show: format }), version };
}
