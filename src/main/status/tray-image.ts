import type { TrayIconState } from './shell-status.ts';

/** The name of the tray image for a state: a template on macOS, larger on Linux where panels scale it, else by colour. */
export function trayImageName(state: TrayIconState, platform: NodeJS.Platform, darkPanel: boolean): string {
  if (platform === 'darwin') return `${state}-Template.png`;
  const colour = darkPanel ? 'dark' : 'light';
  return platform === 'linux' ? `${state}-${colour}-44.png` : `${state}-${colour}.png`;
}
