const HELP_WORDS: readonly string[] = ['help', '--help', '-h', '--version', '-V'];
/** A word that is neither a path nor an option nor a link: a command, or one mistyped, which the command line then reports. */
const BARE_WORD = /^[a-z]+$/;

/**
 * The words for the command line in the arguments of the application, or null when they are for the window. What follows a
 * `--` is for the command line: the launchers put it there, because Electron on Windows ends when anything follows a URL,
 * and Chromium would read what it knows as options of its own. Options before the first word are Chromium's.
 */
export function commandWords(args: readonly string[]): string[] | null {
  const dashes = args.indexOf('--');
  const first = args.findIndex((arg) => !arg.startsWith('-') || HELP_WORDS.includes(arg));
  const begin = dashes >= 0 && (first < 0 || dashes < first) ? dashes + 1 : first;
  const words = begin < 0 ? [] : args.slice(begin);
  const [word] = words;
  if (word === undefined) return null;
  return HELP_WORDS.includes(word) || BARE_WORD.test(word) ? words : null;
}
