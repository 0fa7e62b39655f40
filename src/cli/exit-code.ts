/** Exit codes of all commands. */
export const ExitCode = {
  ok: 0,
  /** Wrong usage, unreadable input or unusable workspace. */
  usage: 2,
  /** Of the users asked for, some failed or are still to be abstracted. */
  usersLeft: 3,
  /** The run failed for a reason that no user can escape, and can be resumed. */
  runFailed: 4,
  budgetReached: 5,
  interrupted: 130,
} as const;
