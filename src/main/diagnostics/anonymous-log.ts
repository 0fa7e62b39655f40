import { requests } from '../../shared/contract.ts';
import { messages } from '../../shared/messages/index.ts';

/**
 * Takes out of a line of the log what may say something of the user or of the data: texts in quotation marks, paths, addresses, and
 * every word that is neither a plain English one nor a name of ours. What is left tells which code failed where.
 */
export function anonymousLine(line: string): string {
  const [, head = '', said = line] = /^(\S+ (?:info|warn|error) )(.*)$/s.exec(line) ?? [];
  const replaced = REPLACED.reduce((text, [pattern, by]) => text.replace(pattern, by), said);
  return head + replaced.replace(/[^\s()[\],;]+/g, (word) => (isHarmless(word) ? word : '<id>'));
}

const REPLACED: [pattern: RegExp, by: string][] = [
  // Where our own code was: without the folder that it is installed in.
  [/(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^\s()'"]*[\\/](out[\\/][\w\\/.-]+\.c?js)/g, '$1'],
  [/"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»/g, '<text>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '<address>'],
  [/\S+@\S+\.\S+/g, '<address>'],
  [/(?:\b[A-Za-z]:\\|\\\\)[^\n]*?(?=: [\w.]+\b|$)/gm, '<path>'],
  [/(?:^|(?<=\s|\())\/[^\n]*?(?=: [\w.]+\b| cannot | is now |\)|$)/gm, '<path>'],
  [/[^\u0000-\u007f]+/g, '<text>'],
];

/** Kinds of words that cannot be an id, a name or a key. */
const HARMLESS = [
  /^[A-Za-z]{1,24}('s)?$/,
  // Numbers, versions, and codes of the system.
  /^\d{1,6}$/,
  /^\d+\.\d+\.\d+$/,
  /^[A-Z][A-Z_]{2,40}$/,
  /^<(text|address|path)>$/,
  /^out[\\/][\w\\/.-]+\.c?js(:\d+){0,2}$/,
  /^(settings|state|model|credentials|local-api|key-addresses)\.json$/,
  /^node:[\w/]+(:\d+){0,2}$/,
];

function isHarmless(word: string): boolean {
  const bare = word.replace(/[.:]+$/, '');
  return (
    bare === '' ||
    Object.hasOwn(messages, bare) ||
    Object.hasOwn(requests, bare) ||
    HARMLESS.some((kind) => kind.test(bare))
  );
}

/** Lines of the log that tell of a process or thread that ended, or of an error that nobody had foreseen. */
export function isCrashNote(line: string): boolean {
  return /(process is gone|engine stopped|uncaught exception|unhandled rejection|cannot start|does not respond)/.test(
    line,
  );
}
