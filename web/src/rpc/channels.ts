// The two ways to the gateway: fetch for unary calls and server streams, a WebSocket where the page streams too.
import { createChannel, createClientFactory, FetchTransport, WebsocketTransport } from "nice-grpc-web";
import { AnswerServiceDefinition } from "../gen/hsc/answer/v1/answer";
import { CatalogServiceDefinition } from "../gen/hsc/catalog/v1/catalog";
import { IngestServiceDefinition } from "../gen/hsc/ingest/v1/ingest";
import { PredictionServiceDefinition } from "../gen/hsc/prediction/v1/prediction";
import { failures } from "./failure";

const factory = createClientFactory().use(failures);
const fetching = createChannel(location.origin, FetchTransport());
// A browser opens six connections to a host for fetches; sockets are counted apart, so long streams go over these.
const socket = createChannel(location.origin, WebsocketTransport());

export const catalog = factory.create(CatalogServiceDefinition, fetching);
export const answers = factory.create(AnswerServiceDefinition, fetching);
export const manuals = factory.create(IngestServiceDefinition, fetching);
export const manualsOverSocket = factory.create(IngestServiceDefinition, socket);
export const prediction = factory.create(PredictionServiceDefinition, fetching);
export const typing = factory.create(PredictionServiceDefinition, socket);
export { factory, fetching };
