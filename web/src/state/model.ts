// What the page knows. Plain data: it is kept over a reload as JSON.

import type { AnswerOutcome, Citation, Timings, Verdict } from "../gen/hsc/answer/v1/answer";
import type { Brand } from "../gen/hsc/catalog/v1/catalog";
import type { ManualState } from "../gen/hsc/ingest/v1/ingest";

export interface ProductRef {
  productId: string;
  name: string;
  brandName: string;
  category: string;
  sku: string;
}

/** Products of equal brand and name are one candidate with several variants. */
export interface Candidate extends ProductRef {
  confidence: number;
  /** The server's verdict: sure enough, and no near twin is open. */
  locked: boolean;
  matchedSpans: { start: number; end: number }[];
  variants: ProductRef[];
}

export interface Lock {
  product: ProductRef;
  /** How the product was typed; Esc puts it back. */
  typedAs: string;
  /** Kept from the last question, not chosen for this one. */
  carried: boolean;
}

export interface ManualProgress {
  state: ManualState;
  pages: number;
  bytes: number;
  error: string;
  reason: string;
}

export interface Stage {
  stage: string;
  detail: string;
  /** Since the question, in milliseconds. */
  at: number;
}

export interface Outcome {
  outcome: AnswerOutcome;
  confidence: number;
  model: string;
  cached: boolean;
  timings?: Timings | undefined;
  reason: string;
  hint: string;
}

export interface RelatedProduct extends ProductRef {
  type: string;
  label: string;
}

export interface Failure {
  code: number;
  reason: string;
  message: string;
}

export interface Turn {
  /** Also the request_id: asking again with it is the same answer. */
  id: string;
  /** The sentence as it was typed. */
  typed: string;
  /** The part of it that is the question. */
  question: string;
  product: ProductRef;
  variants: ProductRef[];
  askedAt: number;
  phase: "running" | "done" | "failed" | "stopped";
  answerId: string;
  lastEvent: number;
  stages: Stage[];
  citations: Citation[];
  chunks: { text: string; citationIndexes: number[] }[];
  brand?: Brand | undefined;
  related: RelatedProduct[];
  done?: Outcome;
  failure?: Failure;
  verdict?: Verdict;
  /** A picture went with it; the picture itself is not kept. */
  pictured: boolean;
  /** A person was asked to go on. */
  handedOver?: HandedOver;
}

export interface HandedOver {
  handOverId: string;
  /** Whether the help desk has it; false where there is none. */
  delivered: boolean;
}

export interface Picture {
  name: string;
  data: Uint8Array;
  url: string;
}

/** What the viewer shows: a place in a manual. */
export interface Place {
  manualId: string;
  productId: string;
  title: string;
  page: number;
  anchor: string;
  quote: string;
  boxes: { page: number; x0: number; y0: number; x1: number; y1: number }[];
}

/** A manual's file that was dropped, and the product that the box named then. */
export interface Offered {
  file: File;
  product: ProductRef;
}

export type Notice =
  | { kind: "manual-needs-product" }
  | { kind: "question-too-long"; length: number }
  | { kind: "no-product" }
  | { kind: "no-question" }
  | { kind: "product-gone"; productId: string }
  | { kind: "picture-type" }
  | { kind: "picture-size"; bytes: number }
  | { kind: "unreachable" };

export interface State {
  draft: string;
  candidates: Candidate[];
  /** The text the candidates answer. */
  answeredText: string;
  productText: string;
  questionText: string;
  /** The row under ↑ and ↓; -1 is none. */
  active: number;
  open: boolean;
  lock: Lock | null;
  /** Another product that the text now names, though one is carried over. */
  other: Candidate | null;
  /** Enter came before it was sure which product: `waiting` for the reply, `choose` by hand. */
  pending: "waiting" | "choose" | null;
  notice: Notice | null;
  picture: Picture | null;
  manuals: Record<string, ManualProgress>;
  suggestions: Record<string, string[]>;
  connection: "online" | "reconnecting";
  offline: boolean;
  turns: Turn[];
  viewing: Place | null;
  /** The turn that a person is being asked to go on with. */
  handing: string | null;
  offered: Offered | null;
}

export const EMPTY: State = {
  draft: "",
  candidates: [],
  answeredText: "",
  productText: "",
  questionText: "",
  active: -1,
  open: false,
  lock: null,
  other: null,
  pending: null,
  notice: null,
  picture: null,
  manuals: {},
  suggestions: {},
  connection: "online",
  offline: false,
  turns: [],
  viewing: null,
  handing: null,
  offered: null,
};
