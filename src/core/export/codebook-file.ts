import { stringify } from 'yaml';
import { codebookSchema } from '../../shared/codebook.ts';
import type { Codebook } from '../../shared/codebook.ts';
import { keyOf, spellingOf } from '../abstraction/codebook.ts';
import { readYaml } from '../yaml-file.ts';
import { firstMistake } from '../yaml-mistakes.ts';
import { writeWhole } from './write-whole.ts';

const HEADER = `# EventLoom 事织 — 事件类型表 / the event types of a workspace
# 写法说明见 docs/codebook.md。 / docs/codebook.md explains every field.

`;

/** A codebook in which each word has one type of a category, and each name one type, and the type for the rest is there. */
const fileSchema = codebookSchema.superRefine(({ types, other }, context) => {
  const owners = new Map<string, number>();
  const mistake = (code: string, value: string, path: (string | number)[]): void =>
    context.addIssue({ code: 'custom', path, params: { mistake: code, value } });
  const claim = (key: string, index: number, word: string, path: (string | number)[]): void => {
    const owner = owners.get(key) ?? index;
    if (owner !== index) mistake('codebook.duplicate', word, path);
    owners.set(key, owner);
  };
  types.forEach(({ id, zh, en, category, aliases }, index) => {
    const words: [string, (string | number)[]][] = [
      [id, ['id']],
      [zh, ['zh']],
      [en, ['en']],
      ...aliases.map((alias, place): [string, (string | number)[]] => [alias, ['aliases', place]]),
    ];
    for (const [word, path] of words) {
      claim(keyOf(category, word), index, word, ['types', index, ...path]);
      if (path[0] !== 'aliases') claim(`name ${spellingOf(word)}`, index, word, ['types', index, ...path]);
    }
  });
  const rest = types.find(({ id }) => id === other);
  if (rest?.state !== 'active' || rest.category !== 'engagement')
    mistake('codebook.no_such_type', other, ['other']);
});

/** Reads a codebook from YAML. Throws AppError `codebook.…`, which names the line and the field of the first mistake. */
export function readCodebook(path: string): Codebook {
  const source = readYaml('codebook', path);
  const parsed = fileSchema.safeParse(source.value);
  if (!parsed.success) throw firstMistake(source, parsed.error.issues);
  return parsed.data;
}

/** Writes a codebook as YAML; the file appears whole or not at all. Throws export.unwritable, export.over_database. */
export async function writeCodebook(codebook: Codebook, path: string): Promise<void> {
  await writeWhole(path, [HEADER, stringify(codebook, { lineWidth: 0 })], 'export.unwritable');
}
