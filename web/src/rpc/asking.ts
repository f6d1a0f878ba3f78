// One answer as one unbroken row of events, whatever happens to the connections and replicas that carry it.
import { Status } from "nice-grpc-common";
import type { AskRequest, AskResponse } from "../gen/hsc/answer/v1/answer";
import { backoff, pause } from "./backoff";
import { isPassing, RpcFailure } from "./failure";

export interface AnswerCalls {
  ask(request: AskRequest, options: { signal: AbortSignal }): AsyncIterable<AskResponse>;
  resumeAnswer(
    request: { answerId: string; afterEvent: number },
    options: { signal: AbortSignal },
  ): AsyncIterable<AskResponse>;
}

export interface Place {
  answerId: string;
  lastEvent: number;
}

const ATTEMPTS = 8;

/** Events in order from 1, each once. `from` continues an answer that was begun before (after a reload). */
export async function* askThrough(
  calls: AnswerCalls,
  request: AskRequest,
  signal: AbortSignal,
  from: Place = { answerId: "", lastEvent: 0 },
  random: () => number = Math.random,
): AsyncGenerator<AskResponse> {
  let { answerId, lastEvent } = from;
  for (let attempt = 0; ; ) {
    try {
      // Without an answer_id the same request_id makes asking again safe.
      const events = answerId
        ? calls.resumeAnswer({ answerId, afterEvent: lastEvent }, { signal })
        : calls.ask(request, { signal });
      for await (const event of events) {
        if (event.event <= lastEvent) continue;
        if (event.event > lastEvent + 1) break;
        answerId = event.answerId;
        lastEvent = event.event;
        attempt = 0;
        yield event;
        if (event.payload?.$case === "done") return;
      }
      // It ended without `done`, or with a gap.
      if (attempt >= ATTEMPTS) throw new RpcFailure(Status.UNAVAILABLE, "", "the answer broke off");
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || (error as RpcFailure).reason === "ANSWER_LOST" || attempt >= ATTEMPTS) throw error;
    }
    await pause(backoff(attempt++, random), signal);
  }
}
