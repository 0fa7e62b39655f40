import { stringify } from 'yaml';
import { questionSchema } from '../../shared/insight.ts';
import type { Question } from '../../shared/insight.ts';
import { writeWhole } from '../export/write-whole.ts';
import { readYaml } from '../yaml-file.ts';
import { firstMistake } from '../yaml-mistakes.ts';

/** Reads a question from YAML. Throws AppError `insight.…`, which names the line and the field of the first mistake. */
export function readQuestion(path: string): Question {
  const source = readYaml('insight', path);
  const parsed = questionSchema.safeParse(source.value);
  if (!parsed.success) throw firstMistake(source, parsed.error.issues);
  return parsed.data;
}

/** Writes a question as `readQuestion` reads it; the file appears whole or not at all. Throws export.unwritable, export.over_database. */
export async function writeQuestion(question: Question, path: string): Promise<void> {
  await writeWhole(path, [stringify(question, { aliasDuplicateObjects: false })], 'export.unwritable');
}
