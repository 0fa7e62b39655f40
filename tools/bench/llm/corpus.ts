import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { asked, brief, judge } from '../../../tests/unit/llm/answer/support.ts';
import type { Report } from '../report.ts';

const FOLDER = fileURLToPath(new URL('../../../tests/corpus/answers/', import.meta.url));

const caseSchema = z.object({
  asked: z.array(z.object({ alias: z.string(), firstNumber: z.int(), behaviours: z.int() })),
  text: z.string(),
  reasoning: z.string().optional(),
  finishReason: z.enum(['stop', 'length', 'content_filter', 'other', 'unknown']),
  expected: z.record(
    z.string(),
    z.object({
      complete: z.boolean(),
      events: z.array(z.tuple([z.string(), z.array(z.int())])).optional(),
    }),
  ),
});
type Case = z.infer<typeof caseSchema>;

/** The recorded damaged answers: how many of their complete users are recovered, and how many come out wrong. */
export function measureCorpus(report: Report): Promise<void> {
  const cases = readdirSync(FOLDER).flatMap((name) =>
    z.array(caseSchema).parse(JSON.parse(readFileSync(FOLDER + name, 'utf8'))),
  );
  const results = cases.map(judged);
  const sum = (key: keyof Judged): number => results.reduce((total, each) => total + each[key], 0);
  const conditions = `${cases.length} answers, ${sum('complete')} complete users`;
  const recovered = (100 * sum('recovered')) / sum('complete');
  report.record('corpus: complete users recovered', recovered, '%', { least: 97 }, conditions);
  report.record('corpus: users that come out wrong', sum('wrong'), '', { most: 0 }, conditions);
  return Promise.resolve();
}

interface Judged {
  complete: number;
  recovered: number;
  wrong: number;
}

function judged({ asked: units, text, reasoning, finishReason, expected }: Case): Judged {
  const result: Judged = { complete: 0, recovered: 0, wrong: 0 };
  const given = units.map(({ alias, firstNumber, behaviours }) => asked(alias, firstNumber, behaviours));
  for (const verdict of judge(text, given, finishReason, reasoning)) {
    const wanted = expected[verdict.asked.alias];
    if (wanted?.complete) result.complete += 1;
    if (verdict.status !== 'complete') continue;
    if (wanted?.complete && JSON.stringify(brief(verdict)) === JSON.stringify(wanted.events))
      result.recovered += 1;
    else result.wrong += 1;
  }
  return result;
}
