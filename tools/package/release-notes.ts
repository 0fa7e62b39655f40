/**
 * The notes of a version, from the changelog. As a program, it prints those of the present version, and fails where the
 * changelog has no section for it: a release is not published without notes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './config.ts';

/** The text below the heading `## [<name>]` of a changelog, up to the next such heading; null for none or an empty one. */
export function sectionOf(changelog: string, name: string): string | null {
  const lines = changelog.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith(`## [${name}]`));
  if (start === -1) return null;
  const length = lines.slice(start + 1).findIndex((line) => /^## |^\[[^\]]+\]: /.test(line));
  const text = lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n');
  return text.trim() || null;
}

/** What installed applications show as new in `version`; a version between releases has what is not released yet. */
export function releaseNotes(changelog: string, version: string): string {
  return sectionOf(changelog, version) ?? sectionOf(changelog, 'Unreleased') ?? '';
}

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const thisVersion = (): string => (JSON.parse(read('package.json')) as { version: string }).version;

/** The notes that go into the files by which updates are announced. */
export const notesOfThisVersion = (): string => releaseNotes(read('CHANGELOG.md'), thisVersion());

if (import.meta.main) {
  const notes = sectionOf(read('CHANGELOG.md'), thisVersion());
  if (notes === null) {
    console.error(
      `CHANGELOG.md has no section "## [${thisVersion()}]": write one before this version is released.`,
    );
    process.exit(1);
  }
  console.log(notes);
}
