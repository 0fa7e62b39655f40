import { measureLog } from '../abstraction/measure.ts';
import type { LogMeasure } from '../abstraction/measure.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

/** The log of a workspace, measured once for each content. */
export class MeasuredLog {
  readonly #workspace: OpenWorkspace;
  #latest: { content: string; measure: Promise<LogMeasure> } | null = null;

  constructor(workspace: OpenWorkspace) {
    this.#workspace = workspace;
  }

  /** The measure of what is in the workspace now. Takes about three seconds for a million behaviours, the first time. */
  measure(): Promise<LogMeasure> {
    const content = this.#workspace.log.content();
    if (this.#latest?.content === content) return this.#latest.measure;
    const measure = measureLog(this.#workspace.log);
    this.#latest = { content, measure };
    // A measure that failed is not kept.
    measure.catch(() => {
      if (this.#latest?.measure === measure) this.#latest = null;
    });
    return measure;
  }
}
