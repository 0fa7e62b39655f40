import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isReadableOnItsWay } from '../shared/addresses.ts';
import { KeyAddresses, originOf } from '../core/key-addresses.ts';
import type { KeyAddressFile } from '../core/key-addresses.ts';
import { configFolder } from './folders.ts';
import type { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';
import { visible } from './visible.ts';

/** Readable by the owner only: the file shows which services they use. */
const OWNER_ONLY = 0o600;

/** Asks a question at the terminal; null when there is no terminal to answer on. */
export type Ask = ((question: string) => Promise<string>) | null;

export interface KeyUse {
  key: string;
  baseUrl: string;
  /** `--confirm-address` was given. */
  confirmed: boolean;
  ask: Ask;
}

/**
 * Makes sure that the key of the environment goes to no address that its owner has not confirmed. Resolves to a function
 * that stores the address, to be called before the first request. Rejects with UsageError that names both addresses.
 */
export async function checkKeyAddress(
  { key, baseUrl, confirmed, ask }: KeyUse,
  output: Output,
): Promise<() => void> {
  const { locale } = output;
  const addresses = new KeyAddresses(userFile(output));
  const origin = originOf(baseUrl) ?? baseUrl;
  if (!addresses.allows(key, origin) && !confirmed) {
    const known = addresses.originsOf(key).join(text(locale, 'listSeparator'));
    const answer = (await ask?.(visible(text(locale, 'askAddress', { known, origin })))) ?? '';
    if (!/^(y|yes|是)$/i.test(answer.trim()))
      throw new UsageError(text(locale, 'otherAddress', { known, origin }));
  }
  if (isReadableOnItsWay(baseUrl)) output.note(text(locale, 'keyInClear', { origin }));
  return () => addresses.allow(key, origin);
}

/** Asks on standard error, so that standard output stays data; null unless a person sits at the terminal. */
export function terminalQuestion(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      let answered = false;
      // Ctrl-C and Ctrl-D close it without an answer: that is no consent.
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => {
        if (!answered) process.stderr.write('\n');
        resolve('');
      });
      lines.question(question, (answer) => {
        answered = true;
        resolve(answer);
        lines.close();
      });
    });
}

function userFile(output: Output): KeyAddressFile {
  const path = join(configFolder(), 'key-addresses.json');
  return {
    read: () => readJson(path, output),
    write: (value) => {
      try {
        mkdirSync(dirname(path), { recursive: true });
        const partial = `${path}.${process.pid}.part`;
        writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
        renameSync(partial, path);
      } catch (error) {
        // For example a read-only home folder. The run is not refused for it.
        const detail = error instanceof Error ? error.message : String(error);
        output.note(text(output.locale, 'addressNotKept', { path, detail }));
      }
    },
  };
}

/** Undefined when there is no file. Throws UsageError when it cannot be read: otherwise its limits would be lost without notice. */
function readJson(path: string, output: Output): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(text(output.locale, 'addressesUnreadable', { path, detail }));
  }
}
