/**
 * Sends a large body many times, as a process of its own: in the server's own process, sender and server would take turns
 * and never meet. Prints the statuses, or why there is none, as JSON. Arguments: client, URL, headers as JSON, bytes, rounds.
 */
import { request } from "node:http";

const [client, url, headersJson, bytes, rounds] = process.argv.slice(2);
const headers = JSON.parse(headersJson);
const body = Buffer.alloc(Number(bytes), 0x20);

const CLIENTS = {
  "node:http": () =>
    new Promise((resolve) => {
      const sent = request(url, { method: "POST", headers, agent: false }, (response) => {
        response.on("error", ({ message }) => resolve(message)).resume();
        response.on("end", () => resolve(response.statusCode));
      });
      sent.on("error", ({ code, message }) => resolve(code ?? message));
      sent.end(body);
    }),
  fetch: async () => {
    try {
      const response = await fetch(url, { method: "POST", headers, body });
      await response.text();
      return response.status;
    } catch (error) {
      return String(error.cause ?? error);
    }
  },
};

const seen = [];
for (let round = 0; round < Number(rounds); round += 1) seen.push(await CLIENTS[client]());
process.stdout.write(JSON.stringify(seen), () => process.exit());
