/** Changes values of a payload from words of the command line. Pure. */
import { CommandFailure } from "./exit.ts";

type Value = unknown;
type Container = Record<string, Value> | Value[];

/**
 * `path=value` keeps the JSON type that the value at the path has, `path:=json` sets raw JSON. Path segments are parted by
 * dots; digits are places in a list. What is not there yet is made. The payload is not altered.
 * @throws CommandFailure usage
 */
export function setValues(payload: object, settings: readonly string[]): object {
  const copy = structuredClone(payload) as Container;
  for (const setting of settings) setValue(copy, setting);
  return copy;
}

function setValue(root: Container, setting: string): void {
  const match = /^([^=]+?)(:?)=(.*)$/s.exec(setting);
  const [, path, colon, text] = match ?? [];
  if (path === undefined || text === undefined) {
    throw usage(`--set ${setting} is not of the form path=value or path:=json`);
  }
  const segments = path.split(".");
  if (segments.some((segment) => segment === "" || segment === "__proto__")) {
    throw usage(`--set ${setting}: ${path} is not a path such as issue.fields.summary`);
  }
  const last = segments.at(-1) ?? "";
  let at = root;
  for (const [index, segment] of segments.slice(0, -1).entries()) {
    const next = read(at, segment);
    if (isContainer(next)) at = next;
    else {
      const made: Container = /^\d+$/.test(segments[index + 1] ?? "") ? [] : {};
      write(at, segment, made, setting);
      at = made;
    }
  }
  const value = colon === ":" ? parsed(text, setting) : typed(text, read(at, last), setting);
  write(at, last, value, setting);
}

function isContainer(value: Value): value is Container {
  return typeof value === "object" && value !== null;
}

function read(container: Container, segment: string): Value {
  return Array.isArray(container)
    ? container[Number(segment)]
    : Object.hasOwn(container, segment)
      ? container[segment]
      : undefined;
}

function write(container: Container, segment: string, value: Value, setting: string): void {
  if (!Array.isArray(container)) {
    container[segment] = value;
    return;
  }
  const index = Number(segment);
  if (!/^\d+$/.test(segment) || index > container.length) {
    throw usage(`--set ${setting}: the list has ${container.length} items, ${segment} is no place in it`);
  }
  container[index] = value;
}

function typed(text: string, before: Value, setting: string): Value {
  if (typeof before === "number") {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number))
      throw usage(`--set ${setting}: the sample has a number there`);
    return number;
  }
  if (typeof before === "boolean") {
    if (text !== "true" && text !== "false")
      throw usage(`--set ${setting}: the sample has true or false there`);
    return text === "true";
  }
  if (isContainer(before)) {
    throw usage(`--set ${setting}: the sample has an object or a list there; set it as JSON with :=`);
  }
  return text;
}

function parsed(text: string, setting: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw usage(`--set ${setting}: what follows := is not JSON`);
  }
}

function usage(message: string): CommandFailure {
  return new CommandFailure("usage", "USAGE", message);
}
