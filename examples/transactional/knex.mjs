/** A change and its event in one transaction of Knex. */
import knex from "knex";

export function open(url) {
  const db = knex({ client: "pg", connection: url });
  return {
    stopCrane: (host, crane) =>
      db.transaction(async (trx) => {
        await trx("cranes").where({ no: crane }).update({ state: "stopped" });
        // Within a transaction this is its own connection, which Knex releases at the end.
        const client = await trx.client.acquireConnection();
        await host.publish("quay", "crane.stopped", { crane }, { client });
      }),
    close: () => db.destroy(),
  };
}
