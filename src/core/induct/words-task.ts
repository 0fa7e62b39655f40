import type { FailureClass, ModelSettings } from '../../shared/model.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { assignmentOf, typesToChoose } from './assignment.ts';
import type { WordsPlan, WordsProgress } from './ports.ts';
import type { WordsPrompt } from './prompt.ts';
import { readAssignments } from './read-assignments.ts';
import type { KeptAnswer } from './read-list.ts';
import { wordsRequest } from './request.ts';
import type { InductionTask, Step } from './task.ts';

export interface WordsTaskParts {
  plan: WordsPlan;
  progress: () => WordsProgress;
  save: (progress: WordsProgress) => void;
  settings: ModelSettings;
  outputs: OutputModel;
  prompt: WordsPrompt;
}

interface WordsStep extends Step {
  /** How many words of the plan are in it. */
  words: number;
}

/** Types for words that have none: usually one request for all of them. */
export class WordsTask implements InductionTask<WordsStep> {
  readonly #parts: WordsTaskParts;

  constructor(parts: WordsTaskParts) {
    this.#parts = parts;
  }

  next(isPatient: boolean): WordsStep | null {
    const { plan, prompt, settings, outputs } = this.#parts;
    const { wordsDone, batchWords } = this.#parts.progress();
    const words = plan.words.slice(wordsDone, wordsDone + batchWords);
    if (words.length === 0) return null;
    const request = wordsRequest({ words, prompt, settings, outputs, isPatient });
    return { words: words.length, request, asked: () => [] };
  }

  take(step: WordsStep, answer: KeptAnswer): FailureClass | null {
    const { plan, save } = this.#parts;
    const progress = this.#parts.progress();
    const said = readAssignments(answer);
    if (said.items === null) {
      // An answer that is too long is one about too many words.
      if (said.failure === 'truncated') this.askLess(step);
      return said.failure;
    }
    const byNumber = new Map(said.items.map((item) => [item.n, item]));
    const types = typesToChoose(plan.codebook);
    const from = progress.wordsDone;
    const assigned = plan.words.slice(from, from + step.words).map((word, index) => ({
      place: from + index,
      ...assignmentOf(word, byNumber.get(index + 1), types),
    }));
    const wordsDone = from + step.words;
    const done = progress.step + 1;
    save({
      ...progress,
      wordsDone,
      step: done,
      steps: done + Math.ceil((plan.words.length - wordsDone) / progress.batchWords),
      assigned: [...progress.assigned, ...assigned],
    });
    return null;
  }

  /** Fewer words in each request. */
  askLess({ words }: WordsStep): boolean {
    if (words < 2) return false;
    const progress = this.#parts.progress();
    this.#parts.save({ ...progress, batchWords: Math.ceil(words / 2) });
    return true;
  }
}
