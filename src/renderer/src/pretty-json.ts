/** Lists and objects of plain values that fit into so many characters stay on one line. */
const LINE_CHARS = 88;
const FENCE = /^```[a-z]*\s*\n([\s\S]*?)\n?```$/i;

/**
 * A JSON text with one value a line, except for short lists and objects of plain values. A Markdown fence around it is
 * left out. Null when the text is not JSON: cut off, or something else.
 */
export function prettyJson(text: string): string | null {
  const trimmed = text.trim();
  const inner = FENCE.exec(trimmed)?.[1] ?? trimmed;
  if (!/^[[{]/.test(inner)) return null;
  try {
    return format(JSON.parse(inner) as unknown, '');
  } catch {
    // Not JSON, or nested too deep for the stack.
    return null;
  }
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const entries: [string, unknown][] = isList
    ? value.map((entry) => ['', entry])
    : Object.entries(value).map(([name, entry]) => [`${JSON.stringify(name)}: `, entry]);
  if (entries.length === 0) return open + close;
  if (entries.every(([, entry]) => typeof entry !== 'object' || entry === null)) {
    const line = entries.map(([name, entry]) => name + JSON.stringify(entry)).join(', ');
    const whole = isList ? `[${line}]` : `{ ${line} }`;
    if (whole.length <= LINE_CHARS) return whole;
  }
  const inner = `${indent}  `;
  const lines = entries.map(([name, entry]) => inner + name + format(entry, inner));
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
