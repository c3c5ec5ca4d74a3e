import { createServer } from "node:http";
const headers = { authorization: `Bearer ${process.env.HARBOR_TOKEN}`, "content-type": "application/json" };
const stopped = { method: "POST", headers, body: JSON.stringify({ crane: { id: 4 }, reason: "wind" }) };
const publish = () => fetch("http://127.0.0.1:2990/harbor/ingest?event=crane.stopped", stopped);
createServer(async (_, response) => response.writeHead((await publish()).status).end()).listen(3200, publish);
