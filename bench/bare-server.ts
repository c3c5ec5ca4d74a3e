/** The limit that the intake is held against: a node:http server that reads, parses and answers the same requests. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { event } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { event: string };
    const body = JSON.stringify({ id: `evt_1_${"0".repeat(32)}`, event, duplicate: false, deliveries: [] });
    response.writeHead(202, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ ports: [(server.address() as AddressInfo).port] }));
