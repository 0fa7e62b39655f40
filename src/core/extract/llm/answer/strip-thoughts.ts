/** `<think>`, `</think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`, `<|START_THINKING|>` and the like. */
const MARKER =
  /<(\/?)(?:[\w-]{1,20}:)?(?:think|thinking|thought|thoughts|reasoning|reflection)\b[^<>\n]{0,80}>|\[(\/?)THINK\]|◁(\/?)think▷|<\|(begin|end)_of_thought\|>|<\|(START|END)_THINKING\|>/gi;

const CHANNEL = '<|channel|>';
/** What follows is meant for the reader. */
const FINAL_CHANNEL = /<\|channel\|>\s*final\b[^<]{0,40}<\|message\|>/gi;
/** The same protocol after a server removed its markers. */
const BARE_ANALYSIS = /^\s*analysis/;
const BARE_FINAL = 'assistantfinal';

interface Marker {
  opens: boolean;
  index: number;
  end: number;
}

/**
 * An answer without the thoughts that were written into it: a draft in a thought is no result. A thought that is never
 * closed reaches to the end; what stands before a closing marker without an opening one is thought as well. Text that
 * is JSON from its first to its last character has no thoughts, whatever its strings say.
 */
export function stripThoughts(text: string): string {
  if (!mayThink(text) || isJson(text)) return text;
  const spoken = stripChannels(text);
  let kept = '';
  let from = 0;
  let thinking = false;
  for (const { opens, index, end } of markersOf(spoken)) {
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
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function stripChannels(text: string): string {
  if (BARE_ANALYSIS.test(text)) {
    const final = text.lastIndexOf(BARE_FINAL);
    if (final >= 0) return text.slice(final + BARE_FINAL.length);
  }
  const first = text.indexOf(CHANNEL);
  if (first < 0 || insideString(text, first)) return text;
  const last = [...text.matchAll(FINAL_CHANNEL)].at(-1);
  return last ? text.slice(last.index + last[0].length) : text.slice(0, first);
}

/** Markers in a quoted string are what a behaviour said, not what the model did: those are left out. */
function* markersOf(text: string): Generator<Marker> {
  let line = 0;
  while (line < text.length) {
    const newline = text.indexOf('\n', line);
    const lineEnd = newline < 0 ? text.length : newline;
    const content = text.slice(line, lineEnd);
    const matches = [...content.matchAll(MARKER)];
    const quotes = matches.length > 0 ? countQuotes(content, 0, content.length) : 0;
    let counted = 0;
    let before = 0;
    for (const match of matches) {
      before += countQuotes(content, counted, match.index);
      counted = match.index;
      const within = before % 2 === 1 && (quotes - before) % 2 === 1;
      if (!within) {
        const closes =
          match[1] === '/' ||
          match[2] === '/' ||
          match[3] === '/' ||
          /^end$/i.test(match[4] ?? match[5] ?? '');
        yield { opens: !closes, index: line + match.index, end: line + match.index + match[0].length };
      }
    }
    line = lineEnd + 1;
  }
}

function insideString(text: string, index: number): boolean {
  const start = text.lastIndexOf('\n', index) + 1;
  const newline = text.indexOf('\n', index);
  const end = newline < 0 ? text.length : newline;
  return countQuotes(text, start, index) % 2 === 1 && countQuotes(text, index, end) % 2 === 1;
}

/** Those that no backslash takes away their meaning from. */
function countQuotes(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('"', from); at >= 0 && at < to; at = text.indexOf('"', at + 1)) {
    if (text.charAt(at - 1) !== '\\') count += 1;
  }
  return count;
}
