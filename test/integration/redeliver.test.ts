/** A redelivery that was accepted is sent: what is being attempted can't be redelivered before the result is recorded. */
import { expect, test } from "vitest";
import { cancelOne, redeliverMany, redeliverOne } from "../../src/host/delivery-log/redeliver.ts";
import { formatId } from "../../src/host/model/ids.ts";
import { describeOnEach } from "../support/databases.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { stopAtEnd } from "../support/stop-at-end.ts";
import { waitFor } from "../support/wait-for.ts";
import { redeliveryContext } from "../support/with-engine.ts";
import type { Bench } from "../support/with-engine.ts";

const { started, receiving } = stopAtEnd();

const BY = { actor: "token test", address: "127.0.0.1" };
const BEING_ATTEMPTED = {
  code: "DELIVERY_STATE",
  message: "The delivery is being attempted at this moment. Try again when that attempt is recorded",
};

interface Staged {
  readonly b: Bench;
  readonly receiver: Receiver;
  readonly id: string;
  /** Answers what the receiver holds, and everything that comes later. */
  readonly answer: () => void;
}

/** One delivery whose request the receiver holds. */
async function attempting(url: string): Promise<Staged> {
  let holds = true;
  const held: (() => void)[] = [];
  const receiver = await receiving((_request, response) => {
    const respond = () => void response.writeHead(204).end();
    if (holds) held.push(respond);
    else respond();
  });
  const b = await started(url);
  await b.addAddon("vendor.bell", receiver.url);
  // In the lane of redeliveries of many, which is another one than that of events.
  await b.post({ flow: "secondary" });
  await waitFor(() => expect(held).toHaveLength(1));
  const id = formatId("dlv", b.siteNo, String((await b.deliveries())[0]?.["id"]));
  return {
    b,
    receiver,
    id,
    answer: () => {
      holds = false;
      for (const respond of held.splice(0)) respond();
    },
  };
}

const sentAs = (receiver: Receiver) =>
  receiver.received.map(({ headers }) => headers["x-callboard-redelivery"] ?? "0");

describeOnEach((newUrl) => {
  test("a delivery that is being attempted is refused, and redelivered once the result is recorded", async () => {
    const { b, receiver, id, answer } = await attempting(await newUrl());
    const redeliver = () => redeliverOne(redeliveryContext(b), id, BY);
    await expect(redeliver()).rejects.toMatchObject(BEING_ATTEMPTED);
    answer();
    // Whenever it is accepted, the receiver gets it.
    await waitFor(redeliver);
    await waitFor(() => expect(sentAs(receiver)).toEqual(["0", "1"]));
  });

  test("what was canceled during its attempt is redelivered once, alone or with others", async () => {
    const { b, receiver, id, answer } = await attempting(await newUrl());
    const context = redeliveryContext(b);
    await cancelOne(context, id, BY);
    const filter = { siteKeys: ["jira"], state: "failed", test: false } as const;
    const { count } = await redeliverMany(context, filter, BY);
    if (count === 0) await expect(redeliverOne(context, id, BY)).rejects.toMatchObject(BEING_ATTEMPTED);
    answer();
    if (count === 0) await waitFor(() => redeliverOne(context, id, BY));
    await waitFor(() => expect(sentAs(receiver)).toEqual(["0", "1"]));
  });
});
