/** Something that the command palette can do. */
export interface Command {
  /** Stable, so that what was used recently is found again. */
  id: string;
  title: string;
  /** Under which heading it stands. */
  group: string;
  /** Other words by which it is found, e.g. its title in the other language. */
  words: readonly string[];
  /** What is said beside it, such as its keys. */
  hint?: string;
  run: () => unknown;
}

/** A part of the window that offers commands, such as those for the users that match what is typed. */
export interface CommandProvider {
  /**
   * The commands for a text, in the provider's own order; the palette ranks those that have `words`. May reject: then this provider offers
   * nothing, and the others are shown.
   */
  find: (text: string) => readonly Command[] | Promise<readonly Command[]>;
  /** Whether the text was matched by the provider itself, so that the palette shows all that it found. */
  matches?: boolean;
}
