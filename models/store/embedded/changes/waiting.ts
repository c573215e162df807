/** The answer to a getMore that waits for news; the command is run again when there are some, or in time. */
export class Later {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** The getMores that wait; they hold up nobody. */
export class Waiting {
  private readonly retries = new Set<() => void>();

  /** Calls back once: when something has happened or `ms` have passed. */
  until(ms: number, again: () => void) {
    const once = () => {
      clearTimeout(timer);
      if (this.retries.delete(once)) again();
    };
    const timer = setTimeout(once, ms);
    timer.unref();
    this.retries.add(once);
  }

  wake() {
    for (const retry of [...this.retries]) retry();
  }
}
