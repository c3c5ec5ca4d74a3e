/** Places of URL variables in bodies. Pure. */
import { parsePointer } from "../json/pointer.ts";
import type { Product } from "./product.ts";

/** Returns the paths at which a body can have the value, in order: the variable's own name, then the product's other places. */
export function listVariablePlaces(
  variable: string,
  { variablePlaces }: Pick<Product, "variablePlaces">,
): readonly (readonly string[])[] {
  const others = variablePlaces
    .filter(([beginning]) => variable === beginning || variable.startsWith(`${beginning}.`))
    .map(([beginning, pointer]) => [
      ...parsePointer(pointer),
      ...variable.slice(beginning.length).split(".").slice(1),
    ]);
  return [variable.split("."), ...others];
}
