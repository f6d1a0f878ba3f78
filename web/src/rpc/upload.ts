// A file over one socket, in pieces: fetch cannot stream a request.
import { Metadata } from "nice-grpc-common";
import type { UploadManualRequest, UploadManualResponse } from "../gen/hsc/ingest/v1/ingest";
import { manualsOverSocket } from "./channels";

const PIECE = 512 * 1024;

type Header = Omit<Extract<UploadManualRequest["part"], { $case: "header" }>["value"], "fileName">;

/** `token` is an administrator's. Raises RpcFailure. */
export function upload(file: File, header: Header, token: string): Promise<UploadManualResponse> {
  const metadata = Metadata({ authorization: `Bearer ${token}` });
  return manualsOverSocket.uploadManual(pieces(file, header), { metadata });
}

async function* pieces(file: File, header: Header): AsyncGenerator<UploadManualRequest> {
  yield { part: { $case: "header", value: { ...header, fileName: file.name.slice(0, 300) } } };
  for (let at = 0; at < file.size; at += PIECE) {
    const value = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    yield { part: { $case: "chunk", value } };
  }
}
