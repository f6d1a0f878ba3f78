import { Status } from "nice-grpc-common";
import { describe, expect, it } from "vitest";
import { AskRequest, type AskResponse, Done } from "../src/gen/hsc/answer/v1/answer";
import { type AnswerCalls, askThrough } from "../src/rpc/asking";
import { backoff } from "../src/rpc/backoff";
import { RpcFailure } from "../src/rpc/failure";

const event = (number: number): AskResponse => ({
  answerId: "a1",
  event: number,
  payload:
    number === 5
      ? { $case: "done", value: Done.fromPartial({ answerId: "a1" }) }
      : { $case: "chunk", value: { text: `${number}`, citationIndexes: [] } },
});

const cut = () => new RpcFailure(Status.UNAVAILABLE, "", "cut");

async function* row(numbers: number[], end?: Error): AsyncGenerator<AskResponse> {
  for (const number of numbers) yield event(number);
  if (end) throw end;
}

function calls(asks: (() => AsyncIterable<AskResponse>)[], resumes: ((after: number) => AsyncIterable<AskResponse>)[]) {
  const seen: string[] = [];
  const made: AnswerCalls = {
    ask: () => {
      seen.push("ask");
      return (asks.shift() as () => AsyncIterable<AskResponse>)();
    },
    resumeAnswer: ({ afterEvent }) => {
      seen.push(`resume after ${afterEvent}`);
      return (resumes.shift() as (after: number) => AsyncIterable<AskResponse>)(afterEvent);
    },
  };
  return { made, seen };
}

async function all(made: AnswerCalls): Promise<number[]> {
  const numbers: number[] = [];
  for await (const got of askThrough(
    made,
    AskRequest.fromPartial({}),
    new AbortController().signal,
    undefined,
    () => 0,
  ))
    numbers.push(got.event);
  return numbers;
}

describe("an answer over broken connections", () => {
  it("goes on after the last event, without gap or repetition", async () => {
    const { made, seen } = calls([() => row([1, 2], cut())], [() => row([2, 3], cut()), () => row([4, 5])]);
    expect(await all(made)).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toEqual(["ask", "resume after 2", "resume after 3"]);
  });

  it("asks again when nothing had come", async () => {
    const { made, seen } = calls([() => row([], cut()), () => row([1, 2, 3, 4, 5])], []);
    expect(await all(made)).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toEqual(["ask", "ask"]);
  });

  it("resumes where an event is missing", async () => {
    const { made } = calls([() => row([1, 3, 4])], [() => row([2, 3, 4, 5])]);
    expect(await all(made)).toEqual([1, 2, 3, 4, 5]);
  });

  it("resumes a stream that ended without being done", async () => {
    const { made } = calls([() => row([1, 2])], [() => row([3, 4, 5])]);
    expect(await all(made)).toEqual([1, 2, 3, 4, 5]);
  });

  it("does not insist where the service said no", async () => {
    const refusal = new RpcFailure(Status.NOT_FOUND, "PRODUCT_UNKNOWN", "gone");
    const { made, seen } = calls([() => row([], refusal)], []);
    await expect(all(made)).rejects.toBe(refusal);
    expect(seen).toEqual(["ask"]);
  });

  it("gives an answer up that was lost", async () => {
    const lost = new RpcFailure(Status.ABORTED, "ANSWER_LOST", "lost", 100);
    const { made } = calls([() => row([1], cut())], [() => row([], lost)]);
    await expect(all(made)).rejects.toBe(lost);
  });
});

describe("backoff", () => {
  it("doubles up to its cap, and jitter takes at most half", () => {
    expect([0, 1, 2].map((attempt) => backoff(attempt, () => 1))).toEqual([250, 500, 1000]);
    expect(backoff(0, () => 0)).toBe(125);
    expect(backoff(99, () => 1)).toBe(10_000);
  });
});
