/** Agents of Node's HTTP client that open their connections with the connector, and so to checked addresses only. */
import type { Agent, ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { Connect } from "./connect.ts";
import type { TlsIdentity } from "./tls.ts";

/** Makes an agent open its connections with the connector. The agent keeps none alive. */
export function pin<A extends Agent>(agent: A, secure: boolean, connect: Connect, identity?: TlsIdentity): A {
  agent.createConnection = ({ host, port }: ClientRequestArgs, connected) => {
    connect({ secure, host: host ?? "", port: Number(port), identity }, (failure, socket) => {
      // The socket is defined unless there is a failure. Node's type requires it always.
      connected?.(failure, socket as Duplex);
    });
    return undefined;
  };
  return agent;
}
