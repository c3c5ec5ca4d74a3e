/** Views: eta templates of the directory `views`, loaded when the first page is asked for. */
import { fileURLToPath } from "node:url";
import type { Eta } from "eta";
import type { Href } from "../../model/base-path.ts";
import * as format from "../../../format.ts";
import { toFieldErrors, toFormProblems, toRemedy } from "./form-problems.ts";
import * as html from "./html.ts";

/** The same distance from src and from dist. */
export const VIEWS = fileURLToPath(new URL("../../../../views/", import.meta.url));

export type Render = (view: string, it: Readonly<Record<string, unknown>>) => Promise<string>;

/** Views write every address with `it.show.href(…)`: what code calls /admin may stand below the path of a base URL. */
export function createRender(href: Href): Render {
  const show = { ...format, ...html, toFormProblems, toFieldErrors, toRemedy, href };
  let loading: Promise<Eta> | undefined;
  const load = async (): Promise<Eta> => {
    const { Eta: Views } = await import("eta");
    return new Views({ views: VIEWS, cache: true, autoTrim: false });
  };
  return async (view, it) => (await (loading ??= load())).render(view, { ...it, show });
}
