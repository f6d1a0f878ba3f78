// The page's deeds: what a key or a tap starts, on the store and over the wire.
import { Status } from "nice-grpc-common";
import type { AskRequest } from "./gen/hsc/answer/v1/answer";
import { Verdict } from "./gen/hsc/answer/v1/answer";
import type { DocumentRole } from "./gen/hsc/catalog/v1/catalog";
import { ManualState } from "./gen/hsc/ingest/v1/ingest";
import { askThrough } from "./rpc/asking";
import { answers, catalog, manualsOverSocket, prediction, typing as typingCalls } from "./rpc/channels";
import { RpcFailure } from "./rpc/failure";
import { randomId } from "./rpc/ids";
import { Timings } from "./rpc/timings";
import { Typing } from "./rpc/typing";
import { upload } from "./rpc/upload";
import { productRef } from "./state/candidates";
import { asking, decide, named } from "./state/decide";
import type { Session } from "./state/keeping";
import type { Candidate, Offered, Place, ProductRef, Turn } from "./state/model";
import { pictureFrom } from "./state/picture";
import { begun, progressOf } from "./state/reducer";
import type { Store } from "./state/store";
import { oneLine } from "./state/text";
import { watchLocked } from "./watching";

/** After this Enter waits no more for the reply to the last keystroke. */
const PATIENCE_MS = 2000;

export class Desk {
  /** As it was last taken; in memory alone. */
  adminToken = "";
  private readonly typing: Typing;
  private readonly timings: Timings;
  private readonly running = new Map<string, AbortController>();
  /** What waits for the reply to the last keystroke. */
  private waiting: (() => void) | null = null;
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly store: Store,
    private readonly session: Session,
    readonly language: () => string,
  ) {
    this.timings = new Timings((keystrokeToPaintMs) => {
      prediction.reportTimings({ sessionId: session.id, keystrokeToPaintMs }).catch(() => {});
    });
    this.typing = new Typing(
      (requests, signal) => typingCalls.typeAhead(requests, { signal }),
      () => ({ sessionId: session.id, language: language() }),
      {
        predictions: (reply, text, current, typedAt) => {
          store.dispatch({ type: "predicted", reply, text });
          this.timings.painted(typedAt);
          if (current) this.proceed();
        },
        manual: (event) => store.dispatch({ type: "manual", productId: event.productId, progress: progressOf(event) }),
        connection: (connection) => store.dispatch({ type: "connection", connection }),
      },
    );
    watchLocked(store, session, language);
    for (const turn of store.get().turns) if (turn.phase === "running") void this.run(turn, null);
    const { draft } = store.get();
    if (draft) this.typing.type(draft);
  }

  typed(raw: string, at: number): void {
    const draft = oneLine(raw);
    this.waiting = null;
    this.store.dispatch({ type: "typed", draft });
    // A product that was chosen for this question is frozen: there is nothing to predict.
    const { lock } = this.store.get();
    if (!lock || lock.carried) this.typing.type(draft, at);
  }

  /** Enter, with whatever is known by then. */
  enter(patient = true): void {
    const decision = decide(this.store.get(), patient);
    switch (decision.do) {
      case "ask":
        this.ask(decision.product, decision.variants, decision.question);
        break;
      case "lock":
        this.lock(decision.product);
        break;
      case "wait":
        this.store.dispatch({ type: "pending", pending: "waiting" });
        this.whenCurrent(() => this.enterOrGiveUp());
        break;
      case "choose":
        this.store.dispatch({ type: "pending", pending: "choose" });
        break;
      case "say":
        this.store.dispatch({ type: "notice", notice: decision.notice });
    }
  }

  private enterOrGiveUp(): void {
    const { answeredText, candidates, draft } = this.store.get();
    if (answeredText === draft || candidates.length > 0) this.enter(false);
    else this.store.dispatch({ type: "notice", notice: { kind: "unreachable" } });
  }

  /** Does `deed` when the reply to the last keystroke is there, or when it has been waited for long enough. */
  private whenCurrent(deed: () => void): void {
    clearTimeout(this.patience);
    this.waiting = deed;
    const { answeredText, draft, lock } = this.store.get();
    if (answeredText === draft || (lock && !lock.carried)) this.proceed();
    else this.patience = setTimeout(() => this.proceed(), PATIENCE_MS);
  }

  private proceed(): void {
    clearTimeout(this.patience);
    const deed = this.waiting;
    this.waiting = null;
    deed?.();
  }

  /** Tab: takes the product and leaves the question to be finished. */
  accept(candidate: Candidate): void {
    this.whenCurrent(() => this.lock(productRef(candidate)));
  }

  /** A row or chip was taken: asks when there is a question, else waits for one. */
  choose(candidate: Candidate | ProductRef): void {
    // Only the reply to the whole text parts it rightly into product and question.
    this.whenCurrent(() => this.take(candidate));
  }

  private take(candidate: Candidate | ProductRef): void {
    const state = this.store.get();
    const free = state.lock ? { ...state, lock: null } : state;
    const decision = asking(free, candidate);
    if (decision.do === "ask") this.ask(decision.product, decision.variants, decision.question);
    else if (decision.do === "lock") this.lock(decision.product);
  }

  /** The carried product is meant after all. */
  keepLocked(): void {
    const { lock, draft } = this.store.get();
    if (lock) this.ask(lock.product, [lock.product], draft.trim());
  }

  lock(product: ProductRef): void {
    this.store.dispatch({ type: "locked", product });
  }

  unlock(): void {
    this.store.dispatch({ type: "unlocked" });
    const { draft } = this.store.get();
    if (draft) this.typing.type(draft);
  }

  /** From a deep link: a product that may be gone. */
  async open(productId: string): Promise<void> {
    try {
      const { product } = await catalog.getProduct({ productId });
      if (product) this.store.dispatch({ type: "locked", product: productRef(product), keepDraft: true });
    } catch (error) {
      const gone = error instanceof RpcFailure && error.reason !== "";
      this.store.dispatch({
        type: "notice",
        notice: gone ? { kind: "product-gone", productId } : { kind: "unreachable" },
      });
    }
  }

  ask(product: ProductRef, variants: ProductRef[], question: string): void {
    const { picture, draft } = this.store.get();
    const typed = draft.trim() || question;
    const turn = begun(randomId(), { typed, question, product, variants, pictured: picture !== null }, Date.now());
    this.store.dispatch({ type: "asked", turn });
    this.typing.type("");
    void this.run(turn, picture?.data ?? null);
    if (picture) URL.revokeObjectURL(picture.url);
  }

  retry(turn: Turn): void {
    const newId = randomId();
    this.store.dispatch({ type: "retried", id: turn.id, newId, now: Date.now() });
    void this.run(begun(newId, turn, Date.now()), null);
  }

  stop(turn: Turn): void {
    this.running.get(turn.id)?.abort();
    this.store.dispatch({ type: "stopped", id: turn.id });
  }

  private async run(turn: Turn, image: Uint8Array | null): Promise<void> {
    const controller = new AbortController();
    this.running.set(turn.id, controller);
    const request: AskRequest = {
      sessionId: this.session.id,
      productId: turn.product.productId,
      question: turn.question,
      language: "",
      image: image ?? new Uint8Array(),
      requestId: turn.id,
    };
    try {
      const place = { answerId: turn.answerId, lastEvent: turn.lastEvent };
      for await (const event of askThrough(answers, request, controller.signal, place))
        this.store.dispatch({ type: "answered", id: turn.id, event, now: Date.now() });
    } catch (error) {
      if (controller.signal.aborted) return;
      const { code, reason, message } =
        error instanceof RpcFailure ? error : { code: 2, reason: "", message: String(error) };
      this.store.dispatch({ type: "failed", id: turn.id, failure: { code, reason, message } });
    } finally {
      this.running.delete(turn.id);
    }
  }

  async rate(turn: Turn, verdict: Verdict, reason = ""): Promise<void> {
    this.store.dispatch({ type: "rated", id: turn.id, verdict });
    try {
      await answers.rateAnswer({ answerId: turn.answerId, verdict, reason });
    } catch {
      this.store.dispatch({ type: "rated", id: turn.id, verdict: Verdict.VERDICT_UNSPECIFIED });
    }
  }

  /** Asks a person to go on: sends this answer, and the conversation before it when `whole`. Raises RpcFailure. */
  async handOver(turn: Turn, note: string, contact: string, whole: boolean): Promise<void> {
    const sessionId = whole ? this.session.id : "";
    const handedOver = await answers.handOver({ answerId: turn.answerId, sessionId, note, contact });
    this.store.dispatch({ type: "handed", id: turn.id, handedOver });
  }

  /** Whatever was dropped or pasted: a manual for the product that the box names, else a picture for the question. */
  addFile(file: File): void {
    if (file.type !== "application/pdf") void this.addPicture(file);
    else {
      const product = named(this.store.get());
      if (product) this.store.dispatch({ type: "offered", offered: { file, product } });
      else this.store.dispatch({ type: "notice", notice: { kind: "manual-needs-product" } });
    }
  }

  /** Gives a manual to a product, in an administrator's name; returns when it was read. Raises RpcFailure. */
  async addManual({ file, product }: Offered, token: string, role: DocumentRole, language: string): Promise<void> {
    const { productId } = product;
    const { documentId } = await upload(file, { productId, role, language }, token);
    this.adminToken = token;
    for await (const event of manualsOverSocket.watchManual({ productId, language })) {
      if (event.documentId !== documentId) continue;
      const { state, pages, bytes, error, reason } = event;
      this.store.dispatch({ type: "manual", productId, progress: { state, pages, bytes, error, reason } });
      if (state === ManualState.MANUAL_STATE_READY) return;
      if (state === ManualState.MANUAL_STATE_FAILED) throw new RpcFailure(Status.FAILED_PRECONDITION, reason, error);
    }
  }

  private async addPicture(file: File): Promise<void> {
    const outcome = await pictureFrom(file);
    if ("notice" in outcome) this.store.dispatch({ type: "notice", notice: outcome.notice });
    else this.store.dispatch({ type: "picture", picture: outcome.picture });
  }

  view(place: Place | null): void {
    this.store.dispatch({ type: "viewing", place });
  }

  /** A new conversation. The old one is only left: receipts that were passed on go on being read. */
  clear(): void {
    for (const controller of this.running.values()) controller.abort();
    this.session.renew();
    this.store.dispatch({ type: "cleared" });
    this.typing.restart();
  }
}
