import type { BehaviourInput } from '../../../../src/core/extract/extractor.ts';
import { judgeAnswer } from '../../../../src/core/extract/llm/answer/judge-answer.ts';
import type { AskedUnit, ModelAnswer, UnitVerdict } from '../../../../src/core/extract/llm/types.ts';

export const MINUTE = 60_000;
/** Ids are not numbers of the prompt, so that one taken for the other shows. */
export const ID_OFFSET = 1_000;
export const START = Date.UTC(2025, 11, 26, 9);

/** A behaviour a minute after the one before; number `n` of the prompt. */
export function behaviour(n: number, fields: Partial<BehaviourInput> = {}): BehaviourInput {
  return {
    id: ID_OFFSET + n,
    time: START + n * MINUTE,
    text: null,
    action: 'browse',
    item: null,
    app: null,
    media: null,
    poi: null,
    duration: null,
    extra: null,
    ...fields,
  };
}

/** A unit as it is asked about, with behaviours of the numbers from `firstNumber`. */
export function asked(alias: string, firstNumber: number, count: number): AskedUnit {
  const behaviours = Array.from({ length: count }, (_, index) => behaviour(firstNumber + index));
  const userNo = Number(alias.slice(1)) || 1;
  return {
    alias,
    firstNumber,
    unit: { userNo, userId: `real ${alias}`, part: 0, parts: 1, profile: null, behaviours },
  };
}

export function judge(
  text: string,
  units: AskedUnit[],
  finishReason: ModelAnswer['finishReason'] = 'stop',
  reasoning = '',
): UnitVerdict[] {
  return judgeAnswer({ text, reasoning, finishReason }, units);
}

/** Events as the corpus writes them: type, with ! for a conversion, and numbers of the prompt. */
export function brief(verdict: UnitVerdict | undefined): [string, number[]][] {
  return (verdict?.events ?? []).map(({ type, category, evidence }) => [
    `${category === 'conversion' ? '!' : ''}${type}`,
    evidence.map((id) => id - ID_OFFSET),
  ]);
}
