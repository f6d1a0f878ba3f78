import { describe, expect, it } from "vitest";
import { blocksOf } from "../src/answer/blocks";
import { suggested } from "../src/state/suggestions";
import { codePoints, isolate, locate, monogram, oneLine, pieces, withoutBrand } from "../src/state/text";
import { quoteIn } from "../src/viewer/quote";

describe("pasted text", () => {
  it("becomes one line without controls and without marks that turn direction", () => {
    expect(oneLine("a\nb\tc\u202e\u0007d\u2066e\ufeff")).toBe("a b cde");
  });
  it("keeps emoji whole, and half of one is no text", () => {
    expect(oneLine("🎹\ud83c")).toBe("🎹\ufffd");
    expect(codePoints("🎹🎹")).toBe(2);
  });
});

describe("spans", () => {
  it("count code points", () => {
    expect(pieces("🎹 LX-5", [{ start: 2, end: 4 }])).toEqual([
      { text: "🎹 ", marked: false },
      { text: "LX", marked: true },
      { text: "-5", marked: false },
    ]);
  });
  it("that go too far are cut to the name", () => {
    expect(pieces("ab", [{ start: 1, end: 99 }])).toEqual([
      { text: "a", marked: false },
      { text: "b", marked: true },
    ]);
  });
});

describe("names", () => {
  it("are found in the text whatever the case, the last time they stand there", () => {
    expect(locate("LX-5 or lx-5", "lx-5")).toEqual({ start: 8, end: 12 });
    expect(locate("abc", " ")).toBeNull();
  });
  it("have a monogram without the brand", () => {
    expect(monogram(withoutBrand("Roland LX-5", "Roland Corporation"))).toBe("L5");
    expect(monogram("Pro")).toBe("PR");
    expect(monogram("--")).toBe("?");
  });
  it("do not turn the words around them", () => {
    expect(isolate("TD-17")).toBe("\u2068TD-17\u2069");
  });
});

describe("an answer's sentences", () => {
  const chunk = (text: string) => ({ text, citationIndexes: [] });
  it("stand in one block, steps in blocks of their own", () => {
    const blocks = blocksOf([
      chunk("Do this."),
      chunk("Then that."),
      chunk("1. Switch off."),
      chunk("2) Wait."),
      chunk("It blinks."),
    ]);
    expect(blocks.map((block) => [block.step, block.sentences.map((sentence) => sentence.text)])).toEqual([
      ["", ["Do this.", "Then that."]],
      ["1.", ["Switch off."]],
      ["2)", ["Wait.", "It blinks."]],
    ]);
  });
  it("begin a new block after a line end", () => {
    expect(blocksOf([chunk("A.\n"), chunk("B.")])).toHaveLength(2);
  });
  it("that begin with a year or a measure are no steps", () => {
    expect(blocksOf([chunk("1998 was the year."), chunk("3.5 mm plugs fit.")])).toHaveLength(1);
  });
});

describe("a quote", () => {
  it("is found whatever the white space, and its signs are only signs", () => {
    const text = "Hold  EXIT\nand (SEQ).";
    const found = quoteIn(text, "EXIT and (SEQ).");
    expect(found && text.slice(found.start, found.end)).toBe("EXIT\nand (SEQ).");
    expect(quoteIn(text, "EXIT or")).toBeNull();
    expect(quoteIn(text, " ")).toBeNull();
  });
});

describe("questions from the contents", () => {
  const entry = (title: string, level = 2) => ({ title, level });
  it("name tasks first, and never the front matter", () => {
    expect(
      suggested([entry("Table of contents"), entry("Specifications"), entry("3.2 Resetting ..... 17"), entry("Index")]),
    ).toEqual(["Resetting", "Specifications"]);
  });
  it("are six at most, each once", () => {
    const titles = Array.from({ length: 20 }, (_, index) => entry(`Using part ${index % 10}`));
    const questions = suggested(titles);
    expect(questions).toHaveLength(6);
    expect(new Set(questions).size).toBe(6);
  });
});
