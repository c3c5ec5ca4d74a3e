/** Follows JSON text that is there in parts: is the next character within a string? Pure. */

export interface JsonState {
  /** escape: within an escape sequence of a string. */
  readonly kind: "outside" | "string" | "escape";
  /** Characters of the escape sequence that are missing. */
  readonly missing: number;
}

export const START: JsonState = { kind: "outside", missing: 0 };
const IN_STRING: JsonState = { kind: "string", missing: 0 };

/** Returns the state after the text. */
export function followJson(before: JsonState, text: string): JsonState {
  let state = before;
  for (const character of text) state = followCharacter(state, character);
  return state;
}

const ESCAPE_DIGITS = 4;

function followCharacter(state: JsonState, character: string): JsonState {
  switch (state.kind) {
    case "outside":
      return character === '"' ? IN_STRING : state;
    case "string":
      if (character === '"') return START;
      return character === "\\" ? { kind: "escape", missing: 1 } : state;
    case "escape": {
      const isBegin = state.missing === 1 && character === "u";
      const missing = isBegin ? ESCAPE_DIGITS : state.missing - 1;
      return missing === 0 ? IN_STRING : { kind: "escape", missing };
    }
  }
}
