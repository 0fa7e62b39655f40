/** What of the process tells where the program is. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'env' | 'execPath'>;

/** Whether this is the portable program of Windows, which unpacks itself into a temporary folder at each start. */
export function isPortable({ platform, env }: OwnProcess = process): boolean {
  return platform === 'win32' && Boolean(env['PORTABLE_EXECUTABLE_FILE']);
}

/**
 * The file by which the system is to start this program again. The running one is gone by then where the portable program of
 * Windows has unpacked itself, or an AppImage is mounted anew each time; both name the file that the user keeps.
 */
export function ownProgram({ platform, env, execPath }: OwnProcess = process): string {
  const kept =
    platform === 'win32' ? env['PORTABLE_EXECUTABLE_FILE'] : platform === 'linux' ? env['APPIMAGE'] : '';
  return kept || execPath;
}
