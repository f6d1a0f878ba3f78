import { describe, expect, it } from "vitest";
import { ManualState } from "../src/gen/hsc/ingest/v1/ingest";
import type { Prediction, PredictResponse } from "../src/gen/hsc/prediction/v1/prediction";
import { ghost, grouped, likelihood, steadied } from "../src/state/candidates";
import { decide } from "../src/state/decide";
import { keepBox, keepTurns, restore, Session } from "../src/state/keeping";
import { EMPTY, type ProductRef, type State } from "../src/state/model";
import { type Action, begun, reduce } from "../src/state/reducer";

const prediction = (productId: string, more: Partial<Prediction> = {}): Prediction => ({
  productId,
  name: productId.toUpperCase(),
  brandId: "b",
  brandName: "Brand",
  category: "",
  confidence: 0.1,
  variantGroup: "",
  matchedSpans: [],
  locked: false,
  imageUrl: "",
  sku: "",
  ...more,
});

const reply = (predictions: Prediction[], productText = "", questionText = ""): PredictResponse => ({
  predictions,
  productText,
  questionText,
  tookUs: 1,
});

const rowsOf = (predictions: Prediction[], productText = "") => grouped(reply(predictions, productText));

const product = (productId: string): ProductRef => ({
  productId,
  name: productId.toUpperCase(),
  brandName: "",
  category: "",
  sku: "",
});

const page = (...actions: Action[]): State => actions.reduce(reduce, EMPTY);

const typed = (draft: string): Action => ({ type: "typed", draft });
const predicted = (text: string, predictions: Prediction[], productText = "", questionText = ""): Action => ({
  type: "predicted",
  text,
  reply: reply(predictions, productText, questionText),
});

describe("candidates", () => {
  it("are products of equal name in one row, their confidences added", () => {
    const rows = rowsOf([
      prediction("a", { variantGroup: "g", confidence: 0.4 }),
      prediction("b", { confidence: 0.1 }),
      prediction("c", { variantGroup: "g", confidence: 0.5, locked: true }),
    ]);
    expect(rows.map((row) => [row.productId, row.variants.length, row.locked])).toEqual([
      ["a", 2, true],
      ["b", 1, false],
    ]);
    expect(rows[0]?.confidence).toBeCloseTo(0.9);
  });

  it("keep their places while the top is the same", () => {
    const before = rowsOf(["a", "b", "c"].map((id) => prediction(id)));
    const now = rowsOf(["a", "c", "d", "b"].map((id) => prediction(id)));
    expect(steadied(before, now).map((row) => row.productId)).toEqual(["a", "b", "c", "d"]);
  });

  it("take the new order when the top changes", () => {
    const before = rowsOf(["a", "b"].map((id) => prediction(id)));
    const now = rowsOf(["b", "a"].map((id) => prediction(id)));
    expect(steadied(before, now).map((row) => row.productId)).toEqual(["b", "a"]);
  });

  it("beside a certain one have no marks where only the question matched", () => {
    const spans = [
      { start: 0, end: 4 },
      { start: 10, end: 13 },
    ];
    const [top, other] = rowsOf(
      [
        prediction("a", { name: "Moog Matriarch", locked: true, matchedSpans: spans }),
        prediction("b", { name: "Moog DFAM The Kit", matchedSpans: spans }),
      ],
      "moog matriarch",
    );
    expect(top?.matchedSpans).toEqual(spans);
    expect(other?.matchedSpans).toEqual([{ start: 0, end: 4 }]);
  });

  it("are spoken of in words", () => {
    const words = [
      { confidence: 0.9, locked: true },
      { confidence: 0.7, locked: false },
      { confidence: 0.2, locked: false },
      { confidence: 0.01, locked: false },
    ].map(likelihood);
    expect(words).toEqual(["certain", "very-likely", "possible", "unlikely"]);
  });

  it("show the rest of a name only when the server is sure", () => {
    const [sure] = rowsOf([prediction("lx-5 pro", { locked: true })]);
    const [unsure] = rowsOf([prediction("lx-5 pro")]);
    const [branded] = rowsOf([prediction("x", { name: "Roland LX-5", brandName: "Roland", confidence: 0.9 })]);
    expect(ghost("my lx", "lx", branded)).toBe("-5");
    expect(ghost("reset my lx-5", "lx-5", sure)).toBe(" PRO");
    expect(ghost("reset my lx-5", "lx-5", unsure)).toBe("");
    expect(ghost("lx-5 reset", "lx-5", sure)).toBe("");
  });
});

describe("typing", () => {
  it("takes a reply while the text only grew, and drops it once it was edited", () => {
    const rows = [prediction("a")];
    expect(page(typed("lx-5 r"), predicted("lx-5", rows)).candidates).toHaveLength(1);
    expect(page(typed("td"), predicted("lx-5", rows)).candidates).toHaveLength(0);
  });

  it("forgets the candidates with the text", () => {
    const state = page(typed("a"), predicted("a", [prediction("a")]), typed(""));
    expect(state).toMatchObject({ candidates: [], open: false });
  });

  it("never changes a locked product", () => {
    const state = page(
      { type: "locked", product: product("a") },
      typed("and the b"),
      predicted("and the b", [prediction("b", { locked: true })], "b", "and the"),
    );
    expect(state.lock?.product.productId).toBe("a");
    expect(state.other).toBeNull();
  });

  it("keeps the row under the arrow when the rows change", () => {
    const state = page(
      typed("a"),
      predicted("a", [prediction("x"), prediction("y")]),
      { type: "moved", by: 1 },
      { type: "moved", by: 1 },
      predicted("a", [prediction("z"), prediction("y")]),
    );
    expect(state.candidates[state.active]?.productId).toBe("y");
  });
});

describe("locking", () => {
  const sure = [prediction("lx", { locked: true, name: "LX-5" })];
  const locked = page(typed("reset my lx-5"), predicted("reset my lx-5", sure, "lx-5", "reset my"), {
    type: "locked",
    product: product("lx"),
  });

  it("leaves the question in the box", () => expect(locked.draft).toBe("reset my "));

  it("is undone with the words that named the product", () => {
    expect(reduce(locked, { type: "unlocked" }).draft).toBe("reset my lx-5");
  });
});

describe("Enter", () => {
  const sure = (text: string, question: string) =>
    page(typed(text), predicted(text, [prediction("lx", { locked: true })], "lx", question));

  it("asks the question about a product that is certain", () => {
    expect(decide(sure("reset lx", "reset"))).toMatchObject({
      do: "ask",
      question: "reset",
      product: { productId: "lx" },
    });
  });

  it("takes the product when there is no question yet", () => {
    expect(decide(sure("lx", ""))).toMatchObject({ do: "lock", product: { productId: "lx" } });
  });

  it("waits for the reply to the last keystroke", () => {
    expect(decide(reduce(sure("lx", ""), typed("lx re")))).toEqual({ do: "wait" });
  });

  it("never guesses: what is not certain is chosen by hand, even when patience is over", () => {
    const open = page(typed("mk reset"), predicted("mk reset", [prediction("mk2"), prediction("mk3")], "mk", "reset"));
    expect(decide(open)).toEqual({ do: "choose" });
    expect(decide(reduce(sure("reset lx", "reset"), typed("reset lx2")), false)).toEqual({ do: "choose" });
  });

  it("says so when nothing fits, nothing was typed, or too much", () => {
    expect(decide(page(typed("zzz"), predicted("zzz", [])))).toMatchObject({
      do: "say",
      notice: { kind: "no-product" },
    });
    expect(decide(EMPTY)).toMatchObject({ do: "say", notice: { kind: "no-question" } });
    expect(decide(page(typed("x".repeat(100_000))))).toMatchObject({
      do: "say",
      notice: { kind: "question-too-long", length: 100_000 },
    });
  });

  it("lets a person choose when a carried product meets a text that names another", () => {
    const turn = begun("t", { typed: "q", question: "q", product: product("a"), variants: [], pictured: false }, 0);
    const state = page(
      { type: "asked", turn },
      typed("reset b"),
      predicted("reset b", [prediction("b", { confidence: 0.9 })], "b", "reset"),
    );
    expect(state.other?.productId).toBe("b");
    expect(decide(state)).toEqual({ do: "choose" });
  });
});

describe("an answer", () => {
  const turn = begun("t", { typed: "q", question: "q", product: product("a"), variants: [], pictured: false }, 1000);
  const chunk = (event: number): Action => ({
    type: "answered",
    id: "t",
    now: 1500,
    event: { answerId: "x", event, payload: { $case: "chunk", value: { text: `${event}`, citationIndexes: [] } } },
  });

  it("grows by each event once", () => {
    const state = page({ type: "asked", turn }, chunk(1), chunk(1), chunk(2));
    expect(state.turns[0]).toMatchObject({ answerId: "x", lastEvent: 2, chunks: [{ text: "1" }, { text: "2" }] });
  });

  it("grows no more once it was stopped", () => {
    const state = page({ type: "asked", turn }, chunk(1), { type: "stopped", id: "t" }, chunk(2));
    expect(state.turns[0]?.chunks).toHaveLength(1);
  });

  it("times its stages from the question", () => {
    const event = {
      answerId: "x",
      event: 1,
      payload: { $case: "status" as const, value: { stage: "found", detail: "" } },
    };
    const state = page({ type: "asked", turn }, { type: "answered", id: "t", now: 1234, event });
    expect(state.turns[0]?.stages).toEqual([{ stage: "found", detail: "", at: 234 }]);
  });
});

describe("keeping", () => {
  const storage = (limit = Number.POSITIVE_INFINITY) => {
    const items = new Map<string, string>();
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (value.length > limit) throw new Error("full");
        items.set(key, value);
      },
    };
  };
  const turns = Array.from({ length: 8 }, (_, index) =>
    begun(`t${index}`, { typed: "q", question: "q", product: product("a"), variants: [], pictured: false }, 0),
  );

  it("brings the draft and the conversation back", () => {
    const place = storage();
    keepBox(place, { ...EMPTY, draft: "half a quest" });
    keepTurns(place, { ...EMPTY, turns });
    expect(restore(place)).toMatchObject({ draft: "half a quest", turns });
  });

  it("keeps the newer part when storage is full", () => {
    const place = storage(1200);
    keepTurns(place, { ...EMPTY, turns });
    const back = restore(place).turns;
    expect(back.length).toBeLessThan(turns.length);
    expect(back.at(-1)?.id).toBe("t7");
  });

  it("starts empty where what was kept cannot be read", () => {
    const place = storage();
    place.setItem("hsc.box", "{");
    place.setItem("hsc.turns", "[]");
    expect(restore(place)).toEqual(EMPTY);
  });

  it("ties a conversation together over a reload, and a new one begins with a new session", () => {
    const place = storage();
    let made = 0;
    const make = () => String(++made).padStart(32, "0");
    const session = new Session(place, make);
    expect(new Session(place, make).id).toBe(session.id);
    const before = session.id;
    expect(session.renew()).not.toBe(before);
    expect(new Session(place, make).id).toBe(session.id);
  });
});

describe("the manual's way", () => {
  it("is kept by product", () => {
    const progress = { state: ManualState.MANUAL_STATE_READY, pages: 3, bytes: 1, error: "", reason: "" };
    expect(page({ type: "manual", productId: "a", progress }).manuals).toEqual({ a: progress });
  });
});
