/** A change and its event in one managed transaction of Sequelize. */
import { Sequelize } from "sequelize";

export function open(url) {
  const sequelize = new Sequelize(url, { logging: false });
  return {
    stopCrane: (host, crane) =>
      sequelize.transaction(async (transaction) => {
        await sequelize.query("UPDATE cranes SET state = 'stopped' WHERE no = $1", {
          bind: [crane],
          transaction,
        });
        await host.publish("quay", "crane.stopped", { crane }, { client: transaction.connection });
      }),
    close: () => sequelize.close(),
  };
}
