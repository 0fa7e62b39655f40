import { parseJson } from './scan-json.ts';

/** `<think>`, `</think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`, `<|START_THINKING|>` and the like. */
const MARKER =
  /<(\/?)(?:[\w-]{1,20}:)?(?:think|thinking|ant_?thinking|thought|thoughts|reasoning|reflection)\b[^<>\n]{0,80}>|\[(\/?)THINK\]|◁(\/?)think▷|<\|(begin|end)_of_thought\|>|<\|(START|END)_THINKING\|>/gi;

const CHANNEL = '<|channel|>';
/** What follows is meant for the reader. */
const FINAL_CHANNEL = /<\|channel\|>\s*final\b[^<]{0,40}<\|message\|>/gi;
/** The same protocol after a server removed its markers. */
const BARE_ANALYSIS = /^\s*analysis/;
const BARE_FINAL = 'assistantfinal';

/** How a line of an answer begins, if not in prose. */
const LIKE_DATA = /^\s*[{}[\]"]/;

interface Marker {
  opens: boolean;
  index: number;
  end: number;
}

/**
 * An answer without the thoughts that were written into it: a draft in a thought is no result. A thought that is never
 * closed reaches to the end; what stands before a closing marker without an opening one is thought as well. Text that
 * is JSON from its first to its last character has no thoughts, whatever its strings say. `ended`: whether the model
 * stopped by itself.
 */
export function stripThoughts(text: string, ended = true): string {
  if (!ended && BARE_ANALYSIS.test(text) && !text.includes(BARE_FINAL)) return '';
  if (!mayThink(text) || isJson(text)) return text;
  const spoken = stripChannels(text);
  let kept = '';
  let from = 0;
  let thinking = false;
  for (const { opens, index, end } of markersOf(spoken, ended)) {
    if (opens) {
      if (!thinking) kept += spoken.slice(from, index);
      thinking = true;
    } else {
      if (!thinking) kept = '';
      thinking = false;
      from = end;
    }
  }
  return thinking ? kept : kept + spoken.slice(from);
}

function mayThink(text: string): boolean {
  return text.includes(CHANNEL) || text.includes(BARE_FINAL) || text.search(MARKER) >= 0;
}

function isJson(text: string): boolean {
  const first = text.trimStart().charAt(0);
  return (first === '{' || first === '[') && parseJson(text) !== undefined;
}

function stripChannels(text: string): string {
  if (BARE_ANALYSIS.test(text)) {
    const final = text.lastIndexOf(BARE_FINAL);
    if (final >= 0) return text.slice(final + BARE_FINAL.length);
  }
  const first = text.indexOf(CHANNEL);
  if (first < 0 || LIKE_DATA.test(text)) return text;
  const last = [...text.matchAll(FINAL_CHANNEL)].at(-1);
  return last ? text.slice(last.index + last[0].length) : text.slice(0, first);
}

/** Markers in a quoted string are what a behaviour said, not what the model did: those are left out. */
function* markersOf(text: string, ended: boolean): Generator<Marker> {
  let line = 0;
  while (line < text.length) {
    const newline = text.indexOf('\n', line);
    const lineEnd = newline < 0 ? text.length : newline;
    const isCut = !ended && lineEnd === text.length;
    yield* markersOfLine(text.slice(line, lineEnd), line, isCut);
    line = lineEnd + 1;
  }
}

function* markersOfLine(line: string, offset: number, isCut: boolean): Generator<Marker> {
  if (line.search(MARKER) < 0) return;
  let after = countQuotes(line, 0, line.length);
  let before = 0;
  let counted = 0;
  let isData = LIKE_DATA.test(line);
  for (const match of line.matchAll(MARKER)) {
    const end = match.index + match[0].length;
    const quotes = countQuotes(line, counted, match.index);
    counted = match.index;
    before += quotes;
    after -= quotes;
    // A line of prose may have a quote too many, a line of data only when it was cut.
    if (before % 2 === 1 && (isData || isCut || after % 2 === 1)) continue;
    yield { opens: !isClosing(match), index: offset + match.index, end: offset + end };
    before = 0;
    isData = LIKE_DATA.test(line.slice(end, end + 100));
  }
}

function isClosing(match: RegExpExecArray): boolean {
  const [, slash, bracketSlash, triangleSlash, ofThought, thinking] = match;
  return Boolean(slash || bracketSlash || triangleSlash) || /^end$/i.test(ofThought ?? thinking ?? '');
}

/** Those that no backslash takes away their meaning from. */
function countQuotes(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    if (text.charAt(at) === '"' && text.charAt(at - 1) !== '\\') count += 1;
  }
  return count;
}
