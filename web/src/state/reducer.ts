// Everything that can happen to the page's state, in one place.
import type { AskResponse, Verdict } from "../gen/hsc/answer/v1/answer";
import type { ManualEvent, PredictResponse } from "../gen/hsc/prediction/v1/prediction";
import { grouped, productRef, steadied } from "./candidates";
import { questionOf } from "./decide";
import type {
  Failure,
  HandedOver,
  ManualProgress,
  Notice,
  Offered,
  Picture,
  Place,
  ProductRef,
  State,
  Turn,
} from "./model";

export type Action =
  | { type: "typed"; draft: string }
  | { type: "predicted"; reply: PredictResponse; text: string }
  | { type: "manual"; productId: string; progress: ManualProgress }
  | { type: "suggestions"; productId: string; questions: string[] }
  | { type: "moved"; by: 1 | -1 }
  | { type: "closed" }
  | { type: "blurred" }
  | { type: "locked"; product: ProductRef; keepDraft?: boolean }
  | { type: "unlocked" }
  | { type: "pending"; pending: State["pending"] }
  | { type: "notice"; notice: Notice | null }
  | { type: "picture"; picture: Picture | null }
  | { type: "asked"; turn: Turn }
  | { type: "answered"; id: string; event: AskResponse; now: number }
  | { type: "failed"; id: string; failure: Failure }
  | { type: "stopped"; id: string }
  | { type: "retried"; id: string; newId: string; now: number }
  | { type: "rated"; id: string; verdict: Verdict }
  | { type: "handing"; id: string | null }
  | { type: "handed"; id: string; handedOver: HandedOver }
  | { type: "offered"; offered: Offered | null }
  | { type: "cleared" }
  | { type: "viewing"; place: Place | null }
  | { type: "connection"; connection: State["connection"] }
  | { type: "offline"; offline: boolean };

/** From this confidence on a text is seen to name a product, as for a lock. */
const NAMED = 0.8;

const NO_CANDIDATES = {
  candidates: [],
  answeredText: "",
  productText: "",
  questionText: "",
  active: -1,
  open: false,
  other: null,
  pending: null,
} satisfies Partial<State>;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "typed":
      if (action.draft.trim() === "") return { ...state, ...NO_CANDIDATES, draft: action.draft, notice: null };
      return { ...state, draft: action.draft, active: -1, open: state.lock === null, pending: null, notice: null };
    case "predicted":
      return predicted(state, action.reply, action.text);
    case "manual":
      return { ...state, manuals: { ...state.manuals, [action.productId]: action.progress } };
    case "suggestions":
      return { ...state, suggestions: { ...state.suggestions, [action.productId]: action.questions } };
    case "moved": {
      const rows = state.candidates.length;
      if (rows === 0 || state.lock) return state;
      const from = state.active < 0 && action.by < 0 ? 0 : state.active;
      return { ...state, open: true, active: (from + action.by + rows) % rows };
    }
    case "closed":
      return { ...state, open: false, active: -1, pending: null };
    case "blurred":
      return { ...state, open: false, active: -1 };
    case "locked": {
      const draft = action.keepDraft || state.lock ? state.draft : withSpace(questionOf(state));
      const typedAs = state.lock ? state.lock.typedAs : action.keepDraft ? "" : state.productText;
      return {
        ...state,
        ...NO_CANDIDATES,
        draft,
        lock: { product: action.product, typedAs, carried: false },
        notice: null,
      };
    }
    case "unlocked": {
      if (!state.lock) return state;
      const draft = [state.draft.trim(), state.lock.typedAs].filter(Boolean).join(" ");
      return { ...state, ...NO_CANDIDATES, draft, lock: null, notice: null };
    }
    case "pending":
      return { ...state, pending: action.pending, open: action.pending === "choose" ? false : state.open };
    case "notice":
      return { ...state, notice: action.notice, pending: null };
    case "picture":
      return { ...state, picture: action.picture, notice: null };
    case "asked":
      return {
        ...state,
        ...NO_CANDIDATES,
        draft: "",
        notice: null,
        picture: null,
        lock: { product: action.turn.product, typedAs: "", carried: true },
        turns: [...state.turns, action.turn],
      };
    case "answered":
      return withTurn(state, action.id, (turn) => answered(turn, action.event, action.now));
    case "failed":
      return withTurn(state, action.id, (turn) => ({ ...turn, phase: "failed", failure: action.failure }));
    case "stopped":
      return withTurn(state, action.id, (turn) => (turn.phase === "running" ? { ...turn, phase: "stopped" } : turn));
    case "retried":
      return withTurn(state, action.id, (turn) => begun(action.newId, turn, action.now));
    case "rated":
      return withTurn(state, action.id, (turn) => ({ ...turn, verdict: action.verdict }));
    case "handing":
      return { ...state, handing: action.id };
    case "handed":
      return withTurn(state, action.id, (turn) => ({ ...turn, handedOver: action.handedOver }));
    case "offered":
      return { ...state, offered: action.offered, notice: null };
    case "cleared":
      return { ...state, ...NO_CANDIDATES, turns: [], lock: null, viewing: null, handing: null, notice: null };
    case "viewing":
      return { ...state, viewing: action.place };
    case "connection":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
    case "offline":
      return { ...state, offline: action.offline };
  }
}

/** A turn with nothing answered yet. */
export function begun(
  id: string,
  of: Pick<Turn, "typed" | "question" | "product" | "variants" | "pictured">,
  now: number,
): Turn {
  const { typed, question, product, variants, pictured } = of;
  return {
    id,
    typed,
    question,
    product,
    variants,
    pictured,
    askedAt: now,
    phase: "running",
    answerId: "",
    lastEvent: 0,
    stages: [],
    citations: [],
    chunks: [],
    related: [],
  };
}

function withSpace(text: string): string {
  return text === "" ? "" : `${text} `;
}

function predicted(state: State, reply: PredictResponse, text: string): State {
  // A reply to what was typed before still helps while the text grows; once it was edited, it is stale.
  if (!state.draft.startsWith(text)) return state;
  const rows = grouped(reply);
  if (state.lock) {
    // A lock freezes the product; the text may only be seen to name another one, and only one that was carried over.
    const top = rows[0];
    const same = top?.variants.some((variant) => variant.productId === state.lock?.product.productId);
    const other = state.lock.carried && top && top.confidence >= NAMED && !same && text === state.draft ? top : null;
    return { ...state, other, answeredText: text, productText: reply.productText, questionText: reply.questionText };
  }
  const chosen = state.candidates[state.active]?.productId;
  const candidates = steadied(state.candidates, rows);
  return {
    ...state,
    candidates,
    active: chosen === undefined ? -1 : candidates.findIndex((row) => row.productId === chosen),
    answeredText: text,
    productText: reply.productText,
    questionText: reply.questionText,
  };
}

function withTurn(state: State, id: string, change: (turn: Turn) => Turn): State {
  const index = state.turns.findLastIndex((turn) => turn.id === id);
  const turn = state.turns[index];
  if (!turn) return state;
  return { ...state, turns: state.turns.with(index, change(turn)) };
}

function answered(turn: Turn, event: AskResponse, now: number): Turn {
  if (turn.phase !== "running" || event.event <= turn.lastEvent) return turn;
  const next = { ...turn, answerId: event.answerId, lastEvent: event.event };
  const payload = event.payload;
  switch (payload?.$case) {
    case "status":
      return { ...next, stages: [...turn.stages, { ...payload.value, at: now - turn.askedAt }] };
    case "citation":
      return { ...next, citations: [...turn.citations, payload.value] };
    case "chunk":
      return { ...next, chunks: [...turn.chunks, payload.value] };
    case "context":
      return {
        ...next,
        brand: payload.value.brand,
        related: payload.value.related.flatMap(({ type, label, product }) =>
          product ? [{ ...productRef(product), type, label }] : [],
        ),
      };
    case "done": {
      const { outcome, confidence, model, cached, timings, reason, hint } = payload.value;
      return { ...next, phase: "done", done: { outcome, confidence, model, cached, timings, reason, hint } };
    }
    default:
      return next;
  }
}

/** How a manual event of the typing stream reads as progress. */
export function progressOf(event: ManualEvent): ManualProgress {
  const { state, pages, bytes, error, reason } = event;
  return { state, pages, bytes, error, reason };
}
