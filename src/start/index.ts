/**
 * Entry of the built application. A command (`eventloom extract …`) is run here to its end, before Electron goes on: it waits
 * for this module, and connects to no display until then. Anything else opens the window.
 */
import { finished } from './finished.ts';
import { commandWords } from './command-words.ts';

// [program, folder of the application, …] when Electron, the Chromium host or Node was given the folder or file to run.
const given = process.defaultApp === true || process.versions['electron'] === undefined ? 2 : 1;
const words = commandWords(process.argv.slice(given));
if (words === null) {
  await import('../main/index.ts');
} else {
  const { runPackaged } = await import('../cli/packaged.ts');
  await finished(await runPackaged(words));
}
