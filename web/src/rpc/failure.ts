// What a failed call says: its gRPC status with the reason from google.rpc.ErrorInfo (docs/errors.md lists them).
import { ClientError, type ClientMiddleware, type Metadata, Status } from "nice-grpc-common";
import { ErrorInfo, RetryInfo } from "../gen/google/rpc/error_details";
import { Status as RpcStatus } from "../gen/google/rpc/status";

export class RpcFailure extends Error {
  constructor(
    readonly code: Status,
    /** UPPER_SNAKE; empty where the failure came from the way and not from a service. */
    readonly reason: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = "RpcFailure";
  }
}

const DETAILS = "grpc-status-details-bin";
const PASSING = new Set([Status.UNAVAILABLE, Status.UNKNOWN, Status.INTERNAL, Status.DATA_LOSS, Status.CANCELLED]);

/** Whether the same call may go well a moment later. A service's own reason is not guessed about. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof RpcFailure)) return false;
  if (error.retryAfterMs !== undefined || error.code === Status.UNAVAILABLE) return true;
  return error.reason === "" && PASSING.has(error.code);
}

export function toFailure(error: unknown, trailer?: Metadata): unknown {
  if (!(error instanceof ClientError)) {
    // What fetch and sockets throw when the way is broken.
    if (error instanceof Error && error.name !== "AbortError")
      return new RpcFailure(Status.UNAVAILABLE, "", error.message);
    return error;
  }
  let reason = "";
  let retryAfterMs: number | undefined;
  const details = trailer?.get(DETAILS);
  if (details instanceof Uint8Array) {
    for (const detail of RpcStatus.decode(details).details) {
      if (detail.typeUrl.endsWith("/google.rpc.ErrorInfo")) reason = ErrorInfo.decode(detail.value).reason;
      if (detail.typeUrl.endsWith("/google.rpc.RetryInfo")) {
        const delay = RetryInfo.decode(detail.value).retryDelay;
        if (delay) retryAfterMs = delay.seconds * 1000 + delay.nanos / 1e6;
      }
    }
  }
  return new RpcFailure(error.code, reason, error.details, retryAfterMs);
}

export const failures: ClientMiddleware = async function* (call, options) {
  let trailer: Metadata | undefined;
  try {
    return yield* call.next(call.request, {
      ...options,
      onTrailer(received) {
        trailer = received;
        options.onTrailer?.(received);
      },
    });
  } catch (error) {
    throw toFailure(error, trailer);
  }
};
