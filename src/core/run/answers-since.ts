import type { RunScope } from '../../shared/run.ts';
import type { AnswersSince } from '../extract/extractor.ts';

/**
 * Which of the answers that are there a run takes. `start`: of the run, whose own answers always count, because it may
 * have been interrupted. Who asks for chosen users wants better than an answer that covers too little.
 */
export function answersSince(scope: RunScope, fresh: boolean, start: number): AnswersSince {
  return {
    complete: fresh ? start : 0,
    partial: fresh || scope.kind !== 'remaining' ? start : 0,
  };
}
