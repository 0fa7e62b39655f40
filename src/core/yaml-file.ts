import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument, visit } from 'yaml';
import { AppError } from './errors.ts';
import type { YamlFamily, YamlSource } from './yaml-mistakes.ts';

/** A larger file was chosen by mistake. */
export const MAX_YAML_BYTES = 1_048_576;

const MOST_KNOWN = 8;

/** The files that were parsed last, by their paths: a file is read often, in case it was edited, and seldom says anything new. */
const known = new Map<string, { text: string; source: YamlSource }>();

/**
 * Reads a YAML file. What is returned is shared: it must not be changed. Throws AppError of the family: unreadable, too_large, encoding,
 * or syntax with the line.
 */
export function readYaml(family: YamlFamily, path: string): YamlSource {
  const text = readText(family, path);
  const before = known.get(path);
  if (before?.text === text && before.source.family === family) return before.source;
  const source = parseYaml(family, path, text);
  known.delete(path);
  known.set(path, { text, source });
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return source;
}

function readText(family: YamlFamily, path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MAX_YAML_BYTES)
      throw new AppError(`${family}.too_large`, { path, size, limit: MAX_YAML_BYTES });
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(`${family}.unreadable`, { path, detail }, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError(`${family}.encoding`, { path }, { cause });
  }
}

function parseYaml(family: YamlFamily, path: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    detail: message,
  }));
  // An alias would be a second place for one value: a mistake in it could not name its line.
  visit(document, {
    Alias: (_key, alias) => {
      problems.push({
        offset: alias.range?.[0] ?? 0,
        detail: `aliases (*${alias.source}) are not supported`,
      });
    },
  });
  problems.sort((a, b) => a.offset - b.offset);
  const first = problems[0];
  if (first) {
    // What is never closed is missed at the end of the file, where there may be no line any more.
    const { line } = lines.linePos(Math.min(first.offset, text.trimEnd().length));
    throw new AppError(`${family}.syntax`, { path, line, detail: first.detail });
  }
  return { family, path, text, document, lines, value: document.toJS() as unknown, ownPath: (own) => own };
}
