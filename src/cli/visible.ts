const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text that moves no cursor, sets no colour and turns no line around: control characters and those that change the
 * direction of writing are shown as `\u001b`. The text comes from logs, and a terminal executes control sequences in it.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (char) => NAMED[char] ?? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
