/**
 * Compares two schemas of an event type from the receiver's side: can a body arrive that the earlier schema did not announce?
 * Pure.
 *
 * - A body has no members that its schema doesn't declare, unless `additionalProperties`, `patternProperties` or
 *   `unevaluatedProperties` announce some. So an optional property can be removed.
 * - Receivers ignore members that they don't know, also where the earlier schema forbids them. So a property can be added.
 * - `oneOf` is read as `anyOf`: for receivers both are alternatives.
 * - `format` is part of the announcement.
 *
 * Constraints are compared keyword by keyword. Each of the earlier schema must follow from the later one; what can't be
 * decided counts as breaking.
 */
import {
  compareLimits,
  compareNumbers,
  compareOpaque,
  compareTexts,
  compareTypes,
  compareValues,
  hasValue,
} from "./compare-keywords.ts";
import type { Compared, SchemaChange } from "./compare-keywords.ts";
import { createIdentities } from "./schema-identity.ts";
import {
  collectRequired,
  findAnnounced,
  findDeclaration,
  flattenMember,
  isDeclared,
  itemAt,
  listPrefixItems,
  listPropertyNames,
  propertyIn,
} from "./schema-members.ts";
import {
  UndecidedError,
  flattenOption,
  isAnnotation,
  join,
  listAlternatives,
  toConjunction,
  without,
} from "./schema-parts.ts";
import type { Conjunction, Part, SchemaSource } from "./schema-parts.ts";

/** Maximum number of schemas that are looked at for one event type, each as often as that happens. */
const MAX_STEPS = 200_000;

/** Returns the changes that receivers can notice, the breaking ones among them. */
export function compareSchemas(before: SchemaSource, after: SchemaSource): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  try {
    const budget = { left: MAX_STEPS };
    const [earlier, later] = [toConjunction(before, budget), toConjunction(after, budget)];
    new Comparison().compare(earlier, later, after.pointer, (change) => changes.push(change));
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    const text = `Callboard can't decide whether the change is compatible: ${error.message}.`;
    changes.push({ kind: "changed", pointer: error.pointer, breaking: true, text });
  }
  return changes;
}

class Comparison {
  private readonly identities = createIdentities();

  /** Emits every change from `before` to `after`. The pointer is that of a change without a better place. */
  compare(before: Conjunction, after: Conjunction, around: string, emit: Compared["emit"]): void {
    const pointer = (after === "never" ? undefined : after.find(isConstraining)?.pointer) ?? around;
    if (after === "never") {
      if (before !== "never")
        emit({ kind: "changed", pointer, breaking: false, text: "A value is no longer possible here." });
      return;
    }
    if (before === "never") {
      emit({ kind: "changed", pointer, breaking: true, text: "A value is possible that was impossible." });
      return;
    }
    if (before.length === 0 || this.areSame(before, after)) return;
    const [ours, theirs] = this.dropSameAlternatives(before, after);
    if (listAlternatives(ours).length === 0 && listAlternatives(theirs).length === 0) {
      this.compareKeywords({ before: ours, after: theirs, pointer, emit });
    } else if (this.isWithin(ours, theirs, pointer)) {
      emit({ kind: "changed", pointer, breaking: false, text: "The alternatives are stricter." });
    } else {
      const text =
        "A value is possible that none of the earlier alternatives has, or Callboard can't decide it.";
      emit({ kind: "changed", pointer, breaking: true, text });
    }
  }

  private areSame(before: readonly Part[], after: readonly Part[]): boolean {
    const [ours, theirs] = [before, after].map((parts) =>
      [...new Set(parts.map((part) => this.getId(part)))].sort(),
    );
    return ours !== undefined && String(ours) === String(theirs);
  }

  private getId(part: Part, ...keywords: readonly string[]): number {
    if (keywords.length === 0) return this.identities(part.schema, part);
    const chosen = Object.entries(part.schema).filter(([keyword]) => keywords.includes(keyword));
    return this.identities(Object.fromEntries(chosen), part);
  }

  /** Alternatives that both have make no difference. */
  private dropSameAlternatives(
    before: readonly Part[],
    after: readonly Part[],
  ): readonly [readonly Part[], readonly Part[]] {
    let [ours, theirs] = [before, after];
    for (const mine of listAlternatives(before)) {
      const same = listAlternatives(theirs).find(
        (other) => this.getId(mine.part, mine.keyword) === this.getId(other.part, other.keyword),
      );
      if (same === undefined) continue;
      ours = ours.map((part) => (part === mine.part ? without(mine) : part));
      theirs = theirs.map((part) => (part === same.part ? without(same) : part));
    }
    return [ours, theirs];
  }

  /** Reports whether every value of `after` is surely one of `before`. */
  private isWithin(before: Conjunction, after: Conjunction, pointer: string): boolean {
    if (after === "never" || before === "never") return after === "never";
    if (before.length === 0 || this.areSame(before, after)) return true;
    const [split] = listAlternatives(after);
    if (split !== undefined) {
      const rest = after.map((part) => (part === split.part ? without(split) : part));
      return split.options.every((_, index) =>
        this.isWithin(before, join([rest, flattenOption(split, index)]), pointer),
      );
    }
    const [choice] = listAlternatives(before);
    if (choice !== undefined) {
      const rest = before.map((part) => (part === choice.part ? without(choice) : part));
      return choice.options.some((_, index) =>
        this.isWithin(join([rest, flattenOption(choice, index)]), after, pointer),
      );
    }
    let isBroken = false;
    this.compareKeywords({ before, after, pointer, emit: ({ breaking }) => (isBroken ||= breaking) });
    return !isBroken;
  }

  private compareKeywords(compared: Compared): void {
    const types = compareTypes(compared);
    compareValues(compared, types);
    compareOpaque(compared, (part, ...keywords) => this.getId(part, ...keywords));
    if (types.has("integer") || types.has("fraction")) compareNumbers(compared, types);
    if (types.has("string")) compareTexts(compared);
    if (types.has("array")) this.compareLists(compared);
    if (types.has("object")) this.compareObjects(compared);
  }

  private compareLists(compared: Compared): void {
    const { before, after, pointer, emit } = compared;
    compareLimits(compared, "minItems", "maxItems");
    if (hasValue(before, "uniqueItems", true) && !hasValue(after, "uniqueItems", true)) {
      emit({ kind: "changed", pointer, breaking: true, text: "The items need no longer be unique." });
    }
    const length = Math.max(...[...before, ...after].map(({ schema }) => listPrefixItems(schema).length));
    for (let index = 0; index < length; index += 1) {
      this.compare(itemAt(before, index), itemAt(after, index), `${pointer}/prefixItems/${index}`, emit);
    }
    this.compare(itemAt(before, Infinity), itemAt(after, Infinity), `${pointer}/items`, emit);
  }

  private compareObjects(compared: Compared): void {
    const { before, after, pointer, emit } = compared;
    compareLimits(compared, "minProperties", "maxProperties");
    const [wasRequired, isRequired] = [collectRequired(before), collectRequired(after)];
    const announced = findAnnounced(after);
    const names = new Set(
      [before, after].flatMap((parts) => parts.flatMap(({ schema }) => listPropertyNames(schema))),
    );
    for (const name of new Set([...names, ...wasRequired, ...isRequired])) {
      const quoted = JSON.stringify(name);
      const place = findDeclaration(after, name) ?? findDeclaration(before, name) ?? pointer;
      const [had, has] = [isDeclared(before, name), isDeclared(after, name) || isRequired.has(name)];
      if (wasRequired.has(name) && !isRequired.has(name)) {
        const text = has ? "is no longer required" : "was removed, which was required";
        const kind = has ? "changed" : "removed";
        emit({ kind, pointer: place, breaking: true, text: `The property ${quoted} ${text}.` });
        if (!has) continue;
      }
      if (!has && announced === undefined) {
        emit({
          kind: "removed",
          pointer: place,
          breaking: false,
          text: `The optional property ${quoted} was removed.`,
        });
        continue;
      }
      if (!had && !wasRequired.has(name)) {
        const which = isRequired.has(name) ? "required" : "optional";
        emit({
          kind: "added",
          pointer: place,
          breaking: false,
          text: `The ${which} property ${quoted} was added.`,
        });
      } else if (isRequired.has(name) && !wasRequired.has(name)) {
        emit({
          kind: "changed",
          pointer: place,
          breaking: false,
          text: `The property ${quoted} is now required.`,
        });
      }
      const later = has ? propertyIn(after, name, "after") : (announced ?? []);
      this.compare(propertyIn(before, name, "before"), later, place, emit);
    }
    if (announced === undefined) return;
    const others = join(before.map((part) => flattenMember(part, "additionalProperties")));
    this.compare(others, announced, `${pointer}/additionalProperties`, emit);
  }
}

/** A schema with nothing but a reference is not the place of a change. */
const isConstraining = ({ schema }: Part): boolean =>
  Object.keys(schema).some((keyword) => !["$ref", "allOf"].includes(keyword) && !isAnnotation(keyword));
