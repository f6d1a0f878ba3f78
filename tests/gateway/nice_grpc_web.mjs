// An unmodified nice-grpc-web drives a bidirectional stream over its WebSocket transport, a unary call and a server
// stream over fetch, and reads a failure. Bytes stand for messages. Arguments: the web folder, the gateway's URL.
import { createRequire } from "node:module";

const [web, url] = process.argv.slice(2);
const { createChannel, createClient, FetchTransport, WebsocketTransport } = createRequire(`${web}/package.json`)(
  "nice-grpc-web",
);

const bytes = { requestSerialize: (x) => x, requestDeserialize: (x) => x, responseSerialize: (x) => x, responseDeserialize: (x) => x };
const method = (name, requestStream, responseStream) => ({
  path: `/hsc.prediction.v1.PredictionService/${name}`,
  requestStream,
  responseStream,
  options: {},
  ...bytes,
});
const service = {
  unary: method("Unary", false, false),
  stream: method("Stream", false, true),
  fail: method("Fail", false, false),
  bidi: method("Bidi", true, true),
};
const text = (message) => new TextDecoder().decode(message);
const message = (said) => new TextEncoder().encode(said);

const sockets = createClient(service, createChannel(url, WebsocketTransport()));
const fetches = createClient(service, createChannel(url, FetchTransport()));
const report = { typed: [], streamed: [] };

// Each keystroke waits for the answer to the one before, so only a live stream gets to the end.
let answered;
async function* keystrokes() {
  for (const said of ["h", "ho", "how"]) {
    const arrived = new Promise((resolve) => (answered = resolve));
    yield message(said);
    await arrived;
  }
}
for await (const answer of sockets.bidi(keystrokes())) {
  report.typed.push(text(answer));
  answered();
}
report.unary = text(await fetches.unary(message("hello")));
for await (const part of fetches.stream(message("3"))) report.streamed.push(text(part));
report.failure = await fetches.fail(message("5 kein Gerät")).then(
  () => null,
  (error) => ({ code: error.code, details: error.details }),
);
console.log(JSON.stringify(report));
