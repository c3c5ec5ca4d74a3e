/** A change and its event in one transaction of TypeORM. */
import { DataSource } from "typeorm";

export function open(url) {
  const source = new DataSource({ type: "postgres", url });
  return {
    async stopCrane(host, crane) {
      if (!source.isInitialized) await source.initialize();
      await source.transaction(async (manager) => {
        await manager.query("UPDATE cranes SET state = 'stopped' WHERE no = $1", [crane]);
        await host.publish("quay", "crane.stopped", { crane }, { client: manager.queryRunner });
      });
    },
    close: () => source.destroy(),
  };
}
