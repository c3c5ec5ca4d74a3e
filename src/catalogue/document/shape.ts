/** Checks the members of a product document, each by a rule. */
import { escapeStep } from "../../json/pointer.ts";
import { findNearName } from "../near-name.ts";
import { quote } from "./problems.ts";
import type { Report } from "./problems.ts";
import { isObject } from "../../json/object.ts";

/** Reports what is wrong with the value at the pointer. */
export type Rule = (value: unknown, pointer: string, report: Report) => void;

export interface Member {
  readonly rule: Rule;
  readonly isRequired?: true;
}

/** An object with these members. Unknown members are reported with the name that may have been meant. */
export function members(table: Readonly<Record<string, Member>>, what: string): Rule {
  const names = Object.keys(table);
  return (value, pointer, report) => {
    if (!isObject(value)) {
      report(pointer, `${what} must be an object.`);
      return;
    }
    for (const [name, { rule, isRequired }] of Object.entries(table)) {
      if (Object.hasOwn(value, name)) rule(value[name], `${pointer}/${name}`, report);
      else if (isRequired === true) report(`${pointer}/${name}`, `${what} requires the member "${name}".`);
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(table, name)) {
        report(`${pointer}/${escapeStep(name)}`, `Unknown member ${quote(name)}.${suggest(name, names)}`);
      }
    }
  };
}

function suggest(wanted: string, names: readonly string[]): string {
  const near = findNearName(wanted, names);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

/** An object of up to `most` entries, with a rule for names and one for values. */
export function entries(what: string, most: number, name: Rule, rule: Rule): Rule {
  return (value, pointer, report) => {
    if (!isObject(value)) {
      report(pointer, `${what} must be an object.`);
      return;
    }
    const all = Object.entries(value);
    if (all.length > most) {
      report(pointer, `${what} must have at most ${most.toLocaleString("en-US")} entries.`);
      return;
    }
    for (const [key, each] of all) {
      const below = `${pointer}/${escapeStep(key)}`;
      name(key, below, report);
      rule(each, below, report);
    }
  };
}

export function list(what: string, most: number, rule: Rule): Rule {
  return (value, pointer, report) => {
    if (!Array.isArray(value) || value.length > most) {
      report(pointer, `${what} must be a list of at most ${most.toLocaleString("en-US")} entries.`);
      return;
    }
    for (const [index, each] of value.entries()) rule(each, `${pointer}/${index}`, report);
  };
}

const CONTROL = /\p{Cc}/u;
const CONTROL_IN_LINES = /(?![\n\r\t])\p{Cc}/u;

/** A text without control characters. */
export function text(what: string, most: number, lines: "line" | "lines" = "line"): Rule {
  const control = lines === "line" ? CONTROL : CONTROL_IN_LINES;
  const limit = `${what} must have 1 to ${most.toLocaleString("en-US")} characters.`;
  return (value, pointer, report) => {
    if (typeof value !== "string" || value.trim() === "" || value.length > most) report(pointer, limit);
    else if (control.test(value)) report(pointer, `${what} must not have control characters.`);
    else if (!value.isWellFormed()) report(pointer, `${what} must not have half of a surrogate pair.`);
  };
}

export function pattern(expression: RegExp, detail: string): Rule {
  return (value, pointer, report) => {
    if (typeof value !== "string" || !expression.test(value)) report(pointer, detail);
  };
}

export function choice(what: string, values: readonly unknown[]): Rule {
  const listed = values.map((value) => JSON.stringify(value)).join(", ");
  return (value, pointer, report) => {
    if (!values.includes(value)) report(pointer, `${what} must be one of ${listed}.`);
  };
}

export const object =
  (what: string): Rule =>
  (value, pointer, report) => {
    if (!isObject(value)) report(pointer, `${what} must be an object.`);
  };
