/** One request as raw text, for what no HTTP client would send; resolves to everything that came back. */
import { connect } from "node:net";

/** `text` should ask for `Connection: close`, unless the server closes anyway. */
export function sendText(serverUrl: string, text: string): Promise<string> {
  const { port } = new URL(serverUrl);
  return new Promise((resolve, reject) => {
    let answered = "";
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (part: string) => (answered += part));
    socket.on("error", reject).on("close", () => resolve(answered));
  });
}
