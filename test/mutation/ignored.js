/**
 * Tells Stryker what not to change: texts for people (a text with a space in it is one; names, codes and constants are
 * changed like everything else), and the branch that the compiler proves to be out of reach.
 */

const isText = (text) => /\S\s\S/.test(text);

function isForPeople({ node }) {
  if (node.type === "StringLiteral") return isText(node.value);
  return (
    node.type === "TemplateLiteral" &&
    node.quasis.some(({ value }) => isText(value.raw) || /\w\s$|^\s\w/.test(value.raw))
  );
}

function isOutOfReach({ node }) {
  const [only] = node.type === "SwitchCase" && node.test === null ? node.consequent : [];
  return only?.type === "ReturnStatement" && only.argument?.callee?.name === "assertNever";
}

function shouldIgnore(path) {
  if (isForPeople(path)) return "A text for people";
  return isOutOfReach(path) ? "The compiler proves that nothing gets here" : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "ignored", value: { shouldIgnore } }];
