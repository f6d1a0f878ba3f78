// Keystrokes over one socket: numbered, at most one in flight plus the newest, reconnecting by itself.
import { Status } from "nice-grpc-common";
import type {
  ManualEvent,
  PredictResponse,
  TypeAheadRequest,
  TypeAheadResponse,
} from "../gen/hsc/prediction/v1/prediction";
import { backoff, pause } from "./backoff";
import { RpcFailure } from "./failure";
import { Outbox } from "./outbox";

export type Open = (requests: AsyncIterable<TypeAheadRequest>, signal: AbortSignal) => AsyncIterable<TypeAheadResponse>;

export interface TypingEvents {
  /** `text` is what the reply answers; `current` that nothing newer was typed. */
  predictions(reply: PredictResponse, text: string, current: boolean, typedAt: number): void;
  manual(event: ManualEvent): void;
  connection(state: "online" | "reconnecting"): void;
}

interface Keystroke {
  sequence: number;
  text: string;
  typedAt: number;
}

const LIMIT = 8;
const LONGEST_TEXT = 512;
const QUIET_MS = 1000;
/** A reply later than this means the socket is dead though nobody said so. */
const LATE_MS = 6000;

export class Typing {
  private sequence = 0;
  private newest: Keystroke | null = null;
  private answered = 0;
  private inFlight: Keystroke | null = null;
  private outbox: Outbox<TypeAheadRequest> | null = null;
  private readonly stopped = new AbortController();
  private connection: AbortController | null = null;
  private running = false;
  /** The last keystroke that the server refused. */
  private refused = 0;
  private late: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: Open,
    private readonly session: () => { sessionId: string; language: string },
    private readonly events: TypingEvents,
    private readonly random: () => number = Math.random,
  ) {}

  type(text: string, typedAt: number = performance.now()): void {
    // Code points, as the contract counts; half a surrogate pair is nothing.
    const sent = text.length > LONGEST_TEXT ? [...text].slice(0, LONGEST_TEXT).join("") : text;
    this.newest = { sequence: ++this.sequence, text: sent.toWellFormed(), typedAt };
    if (this.running) this.send();
    else void this.run();
  }

  /** Goes on over a new stream: the session of a stream is that of its first message. */
  restart(): void {
    this.connection?.abort();
  }

  stop(): void {
    this.stopped.abort();
    this.connection?.abort();
    clearTimeout(this.late);
    clearTimeout(this.quiet);
  }

  private send(): void {
    if (!this.outbox || this.inFlight || !this.newest || this.newest.sequence <= this.answered) return;
    this.inFlight = this.newest;
    const { sequence, text } = this.inFlight;
    this.outbox.push({ sequence, text, limit: LIMIT, ...this.session() });
    clearTimeout(this.late);
    this.late = setTimeout(() => this.connection?.abort(), LATE_MS);
  }

  private async run(): Promise<void> {
    this.running = true;
    let attempt = 0;
    while (!this.stopped.signal.aborted) {
      const connection = new AbortController();
      this.connection = connection;
      this.outbox = new Outbox();
      this.inFlight = null;
      // A new stream knows nothing: what stands in the box is said again, so that the manual's way is told again too.
      if (this.newest?.text) this.answered = Math.max(this.refused, this.newest.sequence - 1);
      this.send();
      try {
        for await (const reply of this.open(this.outbox, connection.signal)) {
          attempt = 0;
          this.online();
          this.receive(reply);
        }
      } catch (error) {
        // The text itself was refused: the next keystroke may do better, the same one would not.
        if (error instanceof RpcFailure && error.code === Status.INVALID_ARGUMENT) this.refuse();
      }
      this.outbox.close();
      this.outbox = null;
      clearTimeout(this.late);
      const { sequence = 0, text = "" } = this.newest ?? {};
      const waiting = sequence > this.refused && (text !== "" || sequence > this.answered);
      if (this.stopped.signal.aborted || !waiting) break;
      this.quiet ??= setTimeout(() => this.events.connection("reconnecting"), QUIET_MS);
      try {
        await pause(backoff(attempt++, this.random), this.stopped.signal);
      } catch {
        break;
      }
    }
    // With nothing in the box the socket stays closed until the next keystroke.
    this.running = false;
    this.inFlight = null;
  }

  private refuse(): void {
    this.answered = this.refused = this.inFlight?.sequence ?? this.sequence;
  }

  private online(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
    this.events.connection("online");
  }

  private receive(reply: TypeAheadResponse): void {
    if (reply.event?.$case === "manual") {
      this.events.manual(reply.event.value);
      return;
    }
    if (reply.event?.$case !== "predictions") return;
    const asked = this.inFlight;
    // Late for something already answered: stale.
    if (!asked || reply.sequence < asked.sequence) return;
    clearTimeout(this.late);
    this.inFlight = null;
    this.answered = asked.sequence;
    this.events.predictions(reply.event.value, asked.text, asked === this.newest, asked.typedAt);
    this.send();
  }
}
