// A manual's bytes, in order, over as many connections as it takes.
import type { DownloadManualResponse } from "../gen/hsc/ingest/v1/ingest";
import { backoff, pause } from "../rpc/backoff";
import { isPassing } from "../rpc/failure";

export interface ManualBytes {
  contentType: string;
  data: Uint8Array<ArrayBuffer>;
}

type Download = (
  request: { manualId: string; offset: number },
  options: { signal: AbortSignal },
) => AsyncIterable<DownloadManualResponse>;

const ATTEMPTS = 5;
const LARGEST = 400_000_000;

export async function download(
  call: Download,
  manualId: string,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<ManualBytes> {
  let contentType = "";
  let data = new Uint8Array(0);
  let size = -1;
  let at = 0;
  for (let attempt = 0; ; ) {
    try {
      for await (const message of call({ manualId, offset: at }, { signal })) {
        if (size < 0) {
          size = message.size;
          if (size > LARGEST) throw new RangeError("too large to show");
          data = new Uint8Array(size);
          contentType = message.contentType;
        }
        data.set(message.data.subarray(0, size - at), at);
        at += message.data.length;
        attempt = 0;
        progress(size ? Math.min(1, at / size) : 1);
      }
      if (at >= size && size >= 0) return { contentType, data };
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || attempt >= ATTEMPTS) throw error;
    }
    if (attempt >= ATTEMPTS) throw new RangeError("the manual broke off");
    await pause(backoff(attempt++), signal);
  }
}
