import { Status } from "nice-grpc-common";
import { describe, expect, it, vi } from "vitest";
import type { PredictResponse, TypeAheadRequest, TypeAheadResponse } from "../src/gen/hsc/prediction/v1/prediction";
import { RpcFailure } from "../src/rpc/failure";
import { Outbox } from "../src/rpc/outbox";
import { type Open, Typing } from "../src/rpc/typing";

const reply = (sequence: number, productText = ""): TypeAheadResponse => ({
  sequence,
  event: { $case: "predictions", value: { predictions: [], productText, questionText: "", tookUs: 0 } },
});

/** A server of the test's: it keeps what arrives and answers when told to. */
class Line {
  sent: TypeAheadRequest[] = [];
  private replies = new Outbox<TypeAheadResponse | Error>();
  opened = 0;

  open: Open = (requests, signal) => {
    this.opened++;
    const replies = new Outbox<TypeAheadResponse | Error>();
    this.replies = replies;
    signal.addEventListener("abort", () => replies.push(new Error("aborted")));
    void (async () => {
      for await (const request of requests) this.sent.push(request);
    })();
    return (async function* () {
      for await (const item of replies) {
        if (item instanceof Error) throw item;
        yield item;
      }
    })();
  };

  answer(sequence: number, productText = ""): void {
    this.replies.push(reply(sequence, productText));
  }

  cut(error: Error = new RpcFailure(Status.UNAVAILABLE, "", "cut")): void {
    this.replies.push(error);
  }

  end(): void {
    this.replies.close();
  }
}

function typist(line: Line) {
  const shown: [string, boolean][] = [];
  const connections: string[] = [];
  const typing = new Typing(
    line.open,
    () => ({ sessionId: "s", language: "en" }),
    {
      predictions: (_reply: PredictResponse, text, current) => shown.push([text, current]),
      manual: () => {},
      connection: (state) => connections.push(state),
    },
    () => 0,
  );
  return { typing, shown, connections };
}

const texts = (line: Line) => line.sent.map((request) => request.text);

describe("typing", () => {
  it("has one keystroke in flight, and the newest follows it", async () => {
    const line = new Line();
    const { typing, shown } = typist(line);
    for (const text of ["l", "lx", "lx-", "lx-5"]) typing.type(text);
    await vi.waitFor(() => expect(texts(line)).toEqual(["l"]));
    line.answer(1);
    await vi.waitFor(() => expect(texts(line)).toEqual(["l", "lx-5"]));
    line.answer(4);
    await vi.waitFor(() =>
      expect(shown).toEqual([
        ["l", false],
        ["lx-5", true],
      ]),
    );
    typing.stop();
  });

  it("drops a reply that is older than what is in flight", async () => {
    const line = new Line();
    const { typing, shown } = typist(line);
    typing.type("a");
    await vi.waitFor(() => expect(line.sent).toHaveLength(1));
    line.answer(1);
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    typing.type("ab");
    await vi.waitFor(() => expect(line.sent).toHaveLength(2));
    line.answer(1);
    line.answer(2);
    await vi.waitFor(() =>
      expect(shown).toEqual([
        ["a", true],
        ["ab", true],
      ]),
    );
    typing.stop();
  });

  it("says what stands in the box again when the socket was cut", async () => {
    const line = new Line();
    const { typing, shown } = typist(line);
    typing.type("vireo");
    await vi.waitFor(() => expect(line.sent).toHaveLength(1));
    line.cut();
    await vi.waitFor(() => expect(texts(line)).toEqual(["vireo", "vireo"]));
    line.answer(1);
    await vi.waitFor(() => expect(shown).toEqual([["vireo", true]]));
    expect(line.opened).toBe(2);
    typing.stop();
  });

  it("does not send a refused text again, and the next keystroke goes out", async () => {
    const line = new Line();
    const { typing, shown } = typist(line);
    typing.type("bad");
    await vi.waitFor(() => expect(line.sent).toHaveLength(1));
    line.cut(new RpcFailure(Status.INVALID_ARGUMENT, "INVALID", "no"));
    await Promise.resolve();
    typing.type("good");
    await vi.waitFor(() => expect(texts(line)).toEqual(["bad", "good"]));
    line.answer(2);
    await vi.waitFor(() => expect(shown).toEqual([["good", true]]));
    typing.stop();
  });

  it("keeps the socket closed when it ends with nothing in the box", async () => {
    const line = new Line();
    const { typing, shown } = typist(line);
    typing.type("");
    await vi.waitFor(() => expect(line.sent).toHaveLength(1));
    line.answer(1);
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    line.end();
    await Promise.resolve();
    expect(line.opened).toBe(1);
    typing.stop();
  });

  it("cuts what is sent at 512 code points, never inside one", async () => {
    const line = new Line();
    const { typing } = typist(line);
    typing.type("🎹".repeat(600));
    await vi.waitFor(() => expect(line.sent).toHaveLength(1));
    expect([...(line.sent[0]?.text ?? "")]).toHaveLength(512);
    typing.stop();
  });
});
