/** kill -9 as in `kills`, with deliveries in the order of their issues and add-ons that fail now and then: 0 inversions. */
import type { Figures, Lab, Scenario } from "../lab.ts";
import { checkOrder } from "../order-check.ts";
import type { StoredPlace } from "../order-check.ts";
import { runKills } from "./kills.ts";

const ISSUES = 40;
/** Share of the requests that fail. */
const FAILING = 0.05;

export async function judgeOrder({ sink, store }: Lab): Promise<Pick<Figures, "details" | "violations">> {
  const stored = await store.rows<StoredPlace>(
    "SELECT endpoint_no, order_key, sequence FROM callboard_delivery",
  );
  const { keys, inversions, violations } = checkOrder(sink.arrivals, stored);
  return { details: { keys, inversions, requests: sink.arrivals.length }, violations };
}

export const order: Scenario = {
  name: "order",
  databases: ["SQLite", "PostgreSQL"],
  run: (setting) =>
    runKills(setting, {
      receivers: { orderBy: "/issue/id" },
      load: { issues: ISSUES },
      behave: (response) => void response.writeHead(setting.random.next() < FAILING ? 503 : 204).end(),
      judge: judgeOrder,
    }),
};
