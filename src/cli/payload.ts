/** Changes values of a payload from words of the command line. */
import { randomUUID } from "node:crypto";
import { PathProblem, isContainer, setAtPath } from "../json/set-path.ts";
import type { Container } from "../json/set-path.ts";
import { usageFailure } from "./exit.ts";

type Value = unknown;

/**
 * The JSON text of an object with values set: `path=value` keeps the JSON type that the value at the path has,
 * `path:=json` sets raw JSON. Path segments are parted by dots; digits are places in a list. What is not there yet is
 * made. The text is written anew, and its numbers as they stood: 23.000 and 12345678901234567890 stay what they are.
 * @throws CommandFailure usage, also for a text that is no JSON object
 */
export function setValues(text: string, settings: readonly string[]): string {
  const root = readExact(text);
  if (!isContainer(root)) throw usageFailure("--data is not a JSON object, so --set can't change it");
  for (const setting of settings) setValue(root, setting);
  return writeExact(root);
}

/** Stands in front of a number that JavaScript would write otherwise, while it is a text. */
const MARK = `number ${randomUUID()} `;
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const exactNumber = (text: string): Value => (String(Number(text)) === text ? Number(text) : MARK + text);
const isNumber = (value: Value) =>
  typeof value === "number" || (typeof value === "string" && value.startsWith(MARK));

function readExact(text: string): Value {
  try {
    JSON.parse(text);
  } catch {
    throw usageFailure("--data is not JSON, so --set can't change it");
  }
  const marked = text.replaceAll(TEXT_OR_NUMBER, (found) =>
    found.startsWith('"') ? found : JSON.stringify(exactNumber(found)),
  );
  return JSON.parse(marked) as Value;
}

function writeExact(value: Value): string {
  return stringify(value).replaceAll(new RegExp(`"${MARK}([^"]*)"`, "g"), "$1");
}

/** JSON.stringify calls itself for every level, and a path or a value can have any number of them. */
function stringify(value: Value): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageFailure("--set nests the payload too deeply; an event can have up to 256 levels");
  }
}

function setValue(root: Container, setting: string): void {
  const match = /^([^=]+?)(:?)=(.*)$/s.exec(setting);
  const [, path, colon, text] = match ?? [];
  if (path === undefined || text === undefined) {
    throw usageFailure(`--set ${setting} must have the form path=value or path:=json`);
  }
  try {
    setAtPath(root, path, (before) => (colon === ":" ? parsed(text, setting) : typed(text, before, setting)));
  } catch (error) {
    if (error instanceof PathProblem) throw usageFailure(`--set ${setting}: ${error.message}`);
    throw error;
  }
}

function typed(text: string, before: Value, setting: string): Value {
  if (isNumber(before)) {
    const written = text.trim();
    if (!NUMBER.test(written))
      throw usageFailure(`--set ${setting}: the payload has a number there; give a number`);
    return exactNumber(written);
  }
  if (typeof before === "boolean") {
    if (text !== "true" && text !== "false")
      throw usageFailure(`--set ${setting}: the payload has true or false there; give one of them`);
    return text === "true";
  }
  if (isContainer(before)) {
    throw usageFailure(`--set ${setting}: the payload has an object or a list there; set it as JSON with :=`);
  }
  return text;
}

function parsed(text: string, setting: string): Value {
  try {
    return readExact(text);
  } catch {
    throw usageFailure(`--set ${setting}: the value after := is not JSON`);
  }
}
