/**
 * Renders the documents: a Markdown text becomes the HTML of a page, with its headings. The HTML has neither scripts nor inline
 * styles, and each heading has the anchor that GitHub gives it. Pure.
 */
import MarkdownIt from "markdown-it";

/** @returns {string} the anchor of a heading, as GitHub makes it */
export function toAnchor(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** Returns a function that gives equal anchors of one page different names, as GitHub does. */
function createAnchors() {
  const counts = new Map();
  return (heading) => {
    const anchor = toAnchor(heading);
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  };
}

/** Text of inline tokens, without their marks. */
const toPlainText = (token) =>
  (token.children ?? [])
    .map(({ type, content }) => (type === "softbreak" || type === "hardbreak" ? " " : content))
    .join("");

function createParser() {
  const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const { rules } = parser.renderer;
  const { escapeHtml } = parser.utils;

  rules.table_open = (_tokens, _index, _options, env) => {
    env.tables = (env.tables ?? 0) + 1;
    const label = `${env.heading ?? "Table"} (table ${env.tables})`;
    return `<div class="table-box" role="region" tabindex="0" aria-label="${escapeHtml(label)}"><table>\n`;
  };
  rules.table_close = () => "</table></div>\n";
  rules.th_open = () => '<th scope="col">';
  // The columns of our tables are all read from the left.
  rules.td_open = () => "<td>";
  rules.fence = (tokens, index) =>
    `<pre class="raw" tabindex="0"><code>${escapeHtml(tokens[index].content)}</code></pre>\n`;
  rules.heading_open = (tokens, index, options, env, renderer) => {
    env.heading = toPlainText(tokens[index + 1]);
    return renderer.renderToken(tokens, index, options);
  };
  rules.heading_close = (tokens, index, options, env, renderer) => {
    const label = escapeHtml(`Link to ${env.heading}`);
    const link = ` <a class="anchor" href="#${tokens[index].meta}" aria-label="${label}">#</a>`;
    return link + renderer.renderToken(tokens, index, options);
  };
  return parser;
}

const parser = createParser();

/** Replaces the addresses of links and images. */
function resolveAddresses(inline, resolve) {
  for (const token of inline.children) {
    if (token.type === "image") token.attrSet("src", resolve(token.attrGet("src")));
    if (token.type !== "link_open") continue;
    const address = resolve(token.attrGet("href"));
    token.attrSet("href", address);
    if (/^https?:/.test(address)) token.attrSet("rel", "noopener");
  }
}

/**
 * Renders a document.
 *
 * @param {string} text Markdown whose first heading is its title
 * @param {(address: string) => string} resolve gives links and images their addresses in the site
 * @returns {{ title: string, html: string, headings: { id: string, level: number, text: string }[] }} the HTML is without the title
 */
export function renderDocument(text, resolve) {
  const tokens = parser.parse(text, {});
  const name = createAnchors();
  const headings = [];
  const titleAt = tokens.findIndex(({ type, tag }) => type === "heading_open" && tag === "h1");
  const title = toPlainText(tokens[titleAt + 1]);
  tokens.splice(titleAt, 3);
  for (const [index, token] of tokens.entries()) {
    if (token.type === "inline") resolveAddresses(token, resolve);
    if (token.type !== "heading_open") continue;
    const heading = toPlainText(tokens[index + 1]);
    const id = name(heading);
    token.attrSet("id", id);
    tokens[index + 2].meta = id;
    headings.push({ id, level: Number(token.tag.slice(1)), text: heading });
  }
  return { title, html: parser.renderer.render(tokens, parser.options, {}), headings };
}
