import { questionSchema } from '../../shared/insight.ts';
import type { Question } from '../../shared/insight.ts';
import { readYaml } from '../yaml-file.ts';
import { firstMistake } from '../yaml-mistakes.ts';

/** Reads a question from YAML. Throws AppError `insight.…`, which names the line and the field of the first mistake. */
export function readQuestion(path: string): Question {
  const source = readYaml('insight', path);
  const parsed = questionSchema.safeParse(source.value);
  if (!parsed.success) throw firstMistake(source, parsed.error.issues);
  return parsed.data;
}
