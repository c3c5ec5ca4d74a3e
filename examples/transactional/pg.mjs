/** A change and its event in one transaction of pg. */
import pg from "pg";

export function open(url) {
  const pool = new pg.Pool({ connectionString: url });
  return {
    async stopCrane(host, crane) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await client.query("UPDATE cranes SET state = 'stopped' WHERE no = $1", [crane]);
        await host.publish("quay", "crane.stopped", { crane }, { client });
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}
