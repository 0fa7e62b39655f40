import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, programPath } from './programs.ts';

/** What an AppImage begins with is a program that mounts the rest; here it is only as long as a small one. */
const RUNTIME_BYTES = 65_536;

/** The programs that an AppImage is made and read with. */
export const APP_IMAGE_PROGRAMS = ['mksquashfs', 'unsquashfs', 'desktop-file-validate'];

/** A folder that the builder takes for its tools for AppImages: programs of the system, and an empty runtime. */
export function makeAppImageTools(folder: string): void {
  mkdirSync(join(folder, 'runtimes'), { recursive: true });
  mkdirSync(join(folder, 'lib', 'x64'), { recursive: true });
  for (const name of ['mksquashfs', 'desktop-file-validate'])
    symlinkSync(programPath(name) ?? name, join(folder, name));
  writeFileSync(join(folder, 'runtimes', 'runtime-x64'), Buffer.alloc(RUNTIME_BYTES));
}

/** Whether an AppImage holds the application, and starts it with its sandbox where the system allows one. */
export function appImageProblems(appImage: string, folder: string): string[] {
  const names = ['event-loom.desktop', 'eventloom', 'resources/app.asar'];
  output('unsquashfs', ['-quiet', '-o', String(RUNTIME_BYTES), '-d', folder, appImage, ...names]);
  const entry = readFileSync(join(folder, 'event-loom.desktop'), 'utf8');
  return [
    ...names.filter((name) => !existsSync(join(folder, name))).map((name) => `${name} is missing`),
    ...(/^Exec=AppRun %U$/m.test(entry)
      ? []
      : ['the desktop entry asks for no sandbox, or starts something else']),
  ];
}
