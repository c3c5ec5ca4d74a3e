import { expect, test } from "vitest";
import { toSubject } from "../../../../../src/host/model/formats/subject.ts";
import { deliveryUuid, firstUuidAt, formatId } from "../../../../../src/host/model/ids.ts";
import { createSite } from "../../../../support/delivery.ts";

test("a delivery's subject is its event: the ID without the number of the delivery, and its time", () => {
  const at = Date.UTC(2026, 0, 31);
  const event = firstUuidAt(at);
  const site = createSite();
  const body = Buffer.from("{}");
  expect(toSubject({ siteNo: 7, id: deliveryUuid(event, 3), event: "page_created" }, body, site)).toEqual({
    body,
    event: "page_created",
    eventId: formatId("evt", 7, event),
    at,
    site: site.site,
    product: site.product,
  });
});
