/** What the analyst is asked a name of a theme for. */
export type ThemeTask =
  | { kind: 'rename'; theme: string }
  | { kind: 'join'; themes: string[] }
  /** Of one theme, to become a theme of their own or part of another one. */
  | { kind: 'move'; things: string[]; count: number; from: string };

/** Names of things, and how many things have them: one name may be in several columns. */
export interface ChosenThings {
  names: string[];
  count: number;
}
