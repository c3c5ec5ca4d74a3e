/** The chart of a receiver: the attempts at all its endpoints. */
import type { Receiver } from "../../model/endpoint.ts";
import { toChartRange } from "../../model/chart-range.ts";
import type { Site } from "../../model/site.ts";
import type { Rooms } from "../rooms.ts";
import { chartView } from "./chart.ts";
import type { ChartView } from "./chart.ts";

export async function receiverChart(
  site: Pick<Site, "key" | "no">,
  receiver: Receiver,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
  { deliveryLog, receivers }: Rooms,
): Promise<ChartView> {
  const range = toChartRange(query.get("range"));
  const endpointNos = receivers.endpointNumbers(site.no, receiver);
  return chartView(range, await deliveryLog.endpointSeries(site.key, endpointNos, range), { path, query });
}
