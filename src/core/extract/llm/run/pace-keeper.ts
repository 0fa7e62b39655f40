import type { ModelSettings } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import { Pacer } from '../pacing/pacer.ts';

/**
 * Keeps the one controller of a provider and model over drives and runs: what the provider asked for (wait so long) holds
 * for whoever asks it next.
 */
export class PaceKeeper {
  readonly #clock: Clock;
  readonly #random: () => number;
  #kept: { key: string; pacer: Pacer } | null = null;
  #listener: (() => void) | null = null;

  /** `random`: 0 to 1. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The controller for these settings; a new one takes up what was `learned` of the model before. */
  pacerFor(settings: ModelSettings, learned: unknown): Pacer {
    const { protocol, baseUrl, model, maxConcurrency, requestsPerMinute, tokensPerMinute } = settings;
    const timeoutMs = settings.timeoutSeconds === null ? null : settings.timeoutSeconds * 1000;
    const limits = { maxConcurrency, requestsPerMinute, tokensPerMinute, timeoutMs };
    const key = JSON.stringify([protocol, baseUrl, model, limits]);
    if (this.#kept?.key !== key) {
      const onChange = (): void => this.#listener?.();
      const pacer = new Pacer({ clock: this.#clock, random: this.#random, onChange, ...limits });
      if (learned !== undefined) pacer.restore(learned);
      this.#kept = { key, pacer };
    }
    return this.#kept.pacer;
  }

  /** Tells this listener of changes from now on, until the function it gives is called or another one listens. */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }
}
