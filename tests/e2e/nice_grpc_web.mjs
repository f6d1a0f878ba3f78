// An unmodified nice-grpc-web as a pipe: requests in, responses out, each a line of base64, so that the test speaks the
// contracts and the library the wire. Arguments: the web folder, the gateway's URL, the method's path, its transport.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [web, url, path, transport] = process.argv.slice(2);
const { createChannel, createClient, FetchTransport, WebsocketTransport } = createRequire(`${web}/package.json`)(
  "nice-grpc-web",
);
const asIs = (bytes) => bytes;
const requestStream = transport === "websocket";
const client = createClient(
  {
    call: {
      path,
      requestStream,
      responseStream: true,
      options: {},
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  },
  createChannel(url, requestStream ? WebsocketTransport() : FetchTransport()),
);

async function* requests() {
  for await (const line of createInterface({ input: process.stdin })) yield new Uint8Array(Buffer.from(line, "base64"));
}

const asked = requestStream ? requests() : (await requests().next()).value;
for await (const response of client.call(asked)) console.log(Buffer.from(response).toString("base64"));
process.exit(0);
