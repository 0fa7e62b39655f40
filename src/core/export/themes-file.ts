import { isMap, isNode, stringify } from 'yaml';
import type { ThemeEntry } from '../../shared/themes.ts';
import type { RulesChoice } from '../../shared/workspace.ts';
import { AppError } from '../errors.ts';
import { MAX_YAML_BYTES, readYaml } from '../yaml-file.ts';
import type { YamlSource } from '../yaml-mistakes.ts';
import { writeWhole } from './write-whole.ts';

const HEADER = `# EventLoom 事织 — 带主题表的规则 / rules with a table of themes
# 写法说明见 docs/rules.md。 / docs/rules.md explains every field.

`;
/** The field of a rules file. */
const FIELD = 'themes';

/**
 * Writes the rules that are chosen, with these themes, as a rules file: one that extends the chosen pack, or the chosen file with
 * everything else in it as it is. The file appears whole or not at all. Throws export.unwritable, export.over_database,
 * themes.too_large.
 */
export async function writeThemes(
  themes: readonly ThemeEntry[],
  rules: RulesChoice,
  path: string,
): Promise<void> {
  const written = themes.map(withoutEmpty);
  const text =
    'pack' in rules ? extending(rules.pack, written) : inPlace(readYaml('rules', rules.path), written);
  const size = Buffer.byteLength(text);
  if (size > MAX_YAML_BYTES) throw new AppError('themes.too_large', { size, limit: MAX_YAML_BYTES });
  await writeWhole(path, [text], 'export.unwritable');
}

type Written = Pick<ThemeEntry, 'name'> & Partial<ThemeEntry>;

function withoutEmpty({ name, things, replaces }: ThemeEntry): Written {
  return {
    name,
    ...(things.length > 0 ? { things } : {}),
    ...(replaces.length > 0 ? { replaces } : {}),
  };
}

const yamlOf = (value: object): string => stringify(value, { lineWidth: 0 });
const sectionOf = (themes: readonly Written[]): string =>
  themes.length === 0 ? '' : yamlOf({ [FIELD]: themes });

function extending(pack: string, themes: readonly Written[]): string {
  return `${HEADER}${yamlOf({ extends: pack, name: `${pack}-themes`, version: 1 })}${sectionOf(themes)}`;
}

/** The text of a file with these themes in the place of its own; everything else stays as it is written. */
function inPlace({ document, text }: YamlSource, themes: readonly Written[]): string {
  const { contents } = document;
  // Between braces, as in JSON, no section of another form can stand.
  if (!isMap(contents) || contents.flow) {
    if (themes.length === 0) document.delete(FIELD);
    else document.set(FIELD, document.createNode(themes));
    return document.toString({ lineWidth: 0 });
  }
  const pair = contents.items.find(({ key }) => String(key) === FIELD);
  const start = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  if (start === undefined) return `${text.trimEnd()}\n${sectionOf(themes)}`;
  const end = isNode(pair?.value) ? pair.value.range?.[1] : undefined;
  return `${text.slice(0, start)}${sectionOf(themes)}${text.slice(end ?? start).replace(/^[ \t]*\n/, '')}`;
}
