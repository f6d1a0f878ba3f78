// Keystroke to painted candidates, as people really have it: sampled, sent in batches, never in the way.
const BATCH = 40;

export class Timings {
  private samples: number[] = [];

  constructor(private readonly send: (milliseconds: number[]) => void) {
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
  }

  /** Called when the candidates are in the document; `typedAt` is the keystroke's time stamp. */
  painted(typedAt: number): void {
    requestAnimationFrame(() => {
      const took = performance.now() - typedAt;
      if (took >= 0 && took < 60_000) this.samples.push(took);
      if (this.samples.length >= BATCH) this.flush();
    });
  }

  private flush(): void {
    if (this.samples.length > 0) this.send(this.samples.splice(0));
  }
}
