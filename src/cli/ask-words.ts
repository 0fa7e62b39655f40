import { stringify } from 'yaml';
import { wordsSchema } from '../shared/asked-words.ts';
import type { Question } from '../shared/insight.ts';
import type { EngineApi } from '../core/engine/engine-api.ts';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { capsOf } from './choose-model.ts';
import type { CliCall } from './command.ts';
import { errorText } from './error-text.ts';
import type { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** What a question in words was understood as. */
export interface UnderstoodQuestion {
  question: Question;
  /** Has the model explain the answer, within what is left of the caps. Notes why it does not. */
  explain: () => Promise<void>;
}

/** The words of `--ask`. Throws UsageError where they are too long. */
export function wordsOf(call: CliCall, words: string): string {
  const parsed = wordsSchema.safeParse(words);
  if (parsed.success) return parsed.data;
  throw new UsageError(text(call.locale, 'badValue', { option: '--ask', value: words.slice(0, 80) }));
}

/** Has a model say which question words mean, and notes it; null where no analysis answers it. Rejects with insight.…, model.…, run.… */
export async function understand(
  engine: EngineApi,
  call: CliCall,
  words: string,
  output: Output,
): Promise<UnderstoodQuestion | null> {
  const { locale } = call;
  const caps = capsOf(call);
  const { estimate, kept, problem } = await engine.preflightWords(words);
  if (problem) throw new AppError(problem.code, problem.params);
  if (estimate && !kept) {
    const { types, objects, fields, inputTokens, outputTokens } = estimate;
    output.note(text(locale, 'wordsPlan', { types, objects, fields, tokens: inputTokens + outputTokens }));
  }
  const { question, reason, spent } = await engine.understandWords({ words, ...caps });
  if (question === null) {
    output.note([text(locale, 'wordsNone'), reason].filter((part) => part !== '').join(' '));
    return null;
  }
  output.note(text(locale, 'wordsUnderstood'));
  const lines = stringify(question, { aliasDuplicateObjects: false }).trimEnd().split('\n');
  for (const line of lines) output.note(`  ${line}`);
  const left = {
    maxCost: caps.maxCost === null ? null : Math.max(0, caps.maxCost - (spent.cost ?? 0)),
    maxTokens: caps.maxTokens === null ? null : Math.max(0, caps.maxTokens - spent.tokens),
  };
  return { question, explain: () => explain(engine, question, left, output) };
}

async function explain(
  engine: EngineApi,
  question: Question,
  caps: ReturnType<typeof capsOf>,
  output: Output,
): Promise<void> {
  const { locale } = output;
  if (caps.maxCost === 0 || caps.maxTokens === 0) {
    output.note(text(locale, 'notExplained', { reason: text(locale, 'capUsed') }));
    return;
  }
  try {
    const { sentences, dropped } = await engine.explainInsight({ question, ...caps });
    for (const sentence of sentences) output.note(sentence.text);
    if (dropped > 0) output.note(text(locale, 'sentencesDropped', { n: dropped }));
  } catch (error) {
    // The figures are there; that nothing is said of them is no failure.
    output.note(text(locale, 'notExplained', { reason: errorText(locale, toErrorInfo(error)) }));
  }
}
