/** What a start of the application is asked for on its command line, e.g. by the login item or the jump list of Windows. */
export interface LaunchArguments {
  /** Start without a window: the tray shows that it runs. macOS says it in another way: login-item.ts. */
  hidden: boolean;
  newWindow: boolean;
  /** A workspace to open; the caller takes it only if it is among the recent ones. */
  workspace: string | null;
}

export const HIDDEN_ARGUMENT = '--hidden';
export const NEW_WINDOW_ARGUMENT = '--new-window';
const WORKSPACE_ARGUMENT = '--recent-workspace=';

/** The argument that opens a recent workspace. */
export const workspaceArgument = (path: string): string => `${WORKSPACE_ARGUMENT}${path}`;

/** Reads the arguments of a start. Chromium may add switches of its own and change the order. */
export function parseLaunchArguments(argv: readonly string[]): LaunchArguments {
  const workspace = argv.find((argument) => argument.startsWith(WORKSPACE_ARGUMENT));
  return {
    hidden: argv.includes(HIDDEN_ARGUMENT),
    newWindow: argv.includes(NEW_WINDOW_ARGUMENT),
    workspace: workspace?.slice(WORKSPACE_ARGUMENT.length) || null,
  };
}
