/** Shows what the webhook in the form would send. */
import type { TargetLimit } from "../../../catalogue/index.ts";
import type { Preview, Previews } from "../../delivery-log/preview.ts";
import { formatSize } from "../../model/formats/formatted.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { bodyView } from "./body-view.ts";
import { badge } from "./html.ts";

export function previewView({ format: { name, limit }, items }: Previews) {
  return {
    limit: limit === undefined ? undefined : `${name} accepts ${formatSize(limit.max, limit.unit)}.`,
    items: items.map((item) => ({ ...toHead(item), ...toRequest(item.result), badge: toBadge(item, limit) })),
  };
}

function toHead({ source, event }: Preview) {
  if (source === undefined) return { event, href: undefined, at: undefined, label: "the sample" };
  const id = formatId("evt", source.siteNo, source.id);
  return { event, href: `/admin/events/${id}`, at: madeAt(source.id), label: id };
}

function toRequest(result: Preview["result"]) {
  switch (result.kind) {
    case "request":
      return { problem: undefined, url: result.url, headers: result.headers, body: bodyView(result.body) };
    case "failed":
      return { problem: result.detail };
    case "body-deleted":
      return { problem: "The body was deleted after the retention period" };
  }
}

function toBadge({ result }: Preview, limit: TargetLimit | undefined): string {
  if (result.kind !== "request") return badge("bad", "Not sent");
  const size = formatSize(result.size, limit?.unit);
  if (result.cut === undefined) return badge("good", size);
  return badge("warn", `Cut from ${formatSize(result.cut.from, limit?.unit)} to ${size}`);
}
