/** Operational events as a receiver takes them, checked against what the catalogue says of their bodies. */
import { expect } from "vitest";
import { findOperationalEvent, operationalEvents } from "../../src/catalogue/index.ts";
import type { Received } from "./http-receiver.ts";

export const ALL_OPERATIONAL: readonly string[] = operationalEvents.map(({ event }) => event);

export interface Told {
  readonly event: string;
  readonly id: string;
  readonly site: string;
  readonly link: string;
  readonly state: string;
  readonly [member: string]: unknown;
}

/** What came, oldest first; bodies of other events are left out. */
export function toldIn(received: readonly Pick<Received, "body">[]): readonly Told[] {
  return received
    .map(({ body }) => JSON.parse(body.toString("utf8")) as Told)
    .filter(({ event }) => ALL_OPERATIONAL.includes(event));
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string" && value !== "",
  integer: Number.isSafeInteger,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** Every field that the catalogue promises, of its type, and none that the catalogue doesn't know. */
export function expectAsInCatalogue(told: Told): void {
  const known = findOperationalEvent(told.event);
  const fields = known?.fields ?? [];
  const problems: string[] = [];
  for (const { path, type, required } of fields) {
    const parent = path.includes(".") ? at(told, path.slice(0, path.lastIndexOf("."))) : told;
    const value = at(told, path);
    if (value === undefined) {
      if (required && parent !== undefined) problems.push(`${path} is missing`);
    } else if (TYPES[type]?.(value) !== true)
      problems.push(`${path} is no ${type}: ${JSON.stringify(value)}`);
  }
  const paths = new Set(fields.map(({ path }) => path));
  problems.push(
    ...listPaths(told).flatMap((path) => (paths.has(path) ? [] : [`${path} is not in the catalogue`])),
  );
  for (const time of ["at", "since", "expiresAt"]) {
    const value = at(told, time);
    if (value !== undefined && !(typeof value === "string" && new Date(value).toISOString() === value))
      problems.push(`${time} is no time: ${JSON.stringify(value)}`);
  }
  expect({ event: told.event, problems }).toEqual({ event: told.event, problems: [] });
}

const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (inner, name) => (inner as Readonly<Record<string, unknown>> | undefined)?.[name],
      value,
    );

function listPaths(value: object, above = ""): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const path = above + name;
    return typeof inner === "object" && inner !== null ? [path, ...listPaths(inner, `${path}.`)] : [path];
  });
}
