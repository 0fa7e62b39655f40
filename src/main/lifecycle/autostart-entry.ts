import { HIDDEN_ARGUMENT } from './launch-arguments.ts';

/** The file by which a desktop of Linux starts a program at login (specifications.freedesktop.org, autostart and desktop entry). */
export function autostartEntry(program: string, name: string): string {
  // Within quotes these have to be escaped, and the backslash once more as a part of a value.
  const quoted = `"${program
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`;
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${quoted} ${HIDDEN_ARGUMENT}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
