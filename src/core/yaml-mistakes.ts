import { isMap, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import type { ErrorCode } from '../shared/errors.ts';
import { AppError } from './errors.ts';

type Issue = z.core.$ZodIssue;
export type Path = readonly PropertyKey[];

interface Mistake {
  code: ErrorCode;
  path: Path;
  params: Record<string, string>;
}

/** Which messages tell the mistakes of a file. */
export type YamlFamily = 'rules' | 'codebook' | 'insight';

/** A parsed YAML file: what it says, and where. */
export interface YamlSource {
  family: YamlFamily;
  path: string;
  text: string;
  document: Document;
  lines: LineCounter;
  value: unknown;
  /** The path in this file of what is at a path of `value`, which may stand on other rules. */
  ownPath: (path: Path) => Path;
}

const ACTUAL_CHARS = 60;

/** The first mistake of the file as an error that names its line and field. */
export function firstMistake(source: YamlSource, issues: readonly Issue[]): AppError {
  const errors = issues
    .flatMap((issue) => mistakesOf(source, issue, []))
    .map(({ code, path, params }) => {
      const own = source.ownPath(path);
      const at = { path: source.path, line: lineOf(source, own), field: fieldName(own) };
      return new AppError(code, { ...at, ...params });
    })
    .sort((a, b) => Number(a.params['line']) - Number(b.params['line']));
  return (
    errors[0] ?? new AppError(`${source.family}.syntax`, { path: source.path, line: 1, detail: 'unreadable' })
  );
}

function mistakesOf(source: YamlSource, issue: Issue, prefix: Path): Mistake[] {
  const { family } = source;
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ code: `${family}.unknown_field`, path: [...path, key], params: {} }));
  }
  const branch = issue.code === 'invalid_union' ? issue.errors.find(isOfRightShape) : undefined;
  if (branch) return branch.flatMap((inner) => mistakesOf(source, inner, path));
  const actual = valueAt(source.value, path);
  if (actual === undefined) return [{ code: `${family}.missing_field`, path, params: {} }];
  if (issue.code === 'custom' && typeof issue.params?.['mistake'] === 'string') {
    const { mistake, value } = issue.params as { mistake: ErrorCode; value: string };
    return [{ code: mistake, path, params: { value } }];
  }
  return [
    { code: `${family}.invalid`, path, params: { expected: expectedBy(issue), actual: shown(actual) } },
  ];
}

/** Of the forms that a value may have, the one that was meant: its mistakes lie inside, or in the value, not in its type. */
function isOfRightShape(branch: readonly Issue[]): boolean {
  const ofType = ['invalid_type', 'invalid_value'];
  return !branch.some((issue) => issue.path.length === 0 && ofType.includes(issue.code));
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  number: 'number',
  int: 'whole number',
  boolean: 'true | false',
  array: 'list',
  object: 'mapping',
};

/** What should be there, in the words of the documentation, which are the same in both languages. */
function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.join(' | ');
    case 'invalid_format':
      return issue.format === 'regex' ? String(issue.pattern) : issue.format;
    case 'too_small':
      return sized(issue.origin, '≥', issue.minimum);
    case 'too_big':
      return sized(issue.origin, '≤', issue.maximum);
    case 'invalid_union':
      return issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectedBy)).join(' | ');
    case 'custom':
      return String(issue.params?.['expected'] ?? issue.message);
    default:
      return issue.message;
  }
}

function sized(origin: string, sign: string, limit: number | bigint): string {
  if (origin === 'string') return `text, length ${sign} ${limit}`;
  return origin === 'array' ? `list, length ${sign} ${limit}` : `${sign} ${limit}`;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > ACTUAL_CHARS ? `${json.slice(0, ACTUAL_CHARS)}…` : json;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

function fieldName(path: Path): string {
  const name = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? '(file)' : name;
}

/** The line of the key or list entry that a path leads to, or of the innermost part of it that exists. */
function lineOf({ document, lines }: YamlSource, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}
