const OURS = /^u\d+$/;
/** `u1`, `U01`, `@u1 (张先生)`, `user_1`, `用户1`. */
const WRITTEN = /^@?(?:user|usr|用户)?[\s_#-]*u?0*(\d{1,9})(?=$|[\s:：(（])/i;

/** The users that an answer may speak of. */
export class Aliases {
  readonly #known: ReadonlySet<string>;
  readonly #folded = new Map<string, string | null>();
  readonly #allOurs: boolean;

  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
    this.#allOurs = [...this.#known].every((alias) => OURS.test(alias));
    for (const alias of this.#known) {
      const folded = alias.trim().toLowerCase();
      this.#folded.set(folded, this.#folded.has(folded) ? null : alias);
    }
  }

  /** The alias when only one user was asked about. */
  get only(): string | null {
    const [alias] = this.#known;
    return this.#known.size === 1 && alias !== undefined ? alias : null;
  }

  /** The alias that a model meant by what it wrote, or null: somebody else, nobody, or not certain. */
  resolve(said: string | number): string | null {
    const text = String(said).trim();
    const plain = text.startsWith('@') ? text.slice(1) : text;
    for (const form of [text, plain]) {
      if (this.#known.has(form)) return form;
      const folded = this.#folded.get(form.toLowerCase());
      if (folded) return folded;
    }
    const number = this.#allOurs ? WRITTEN.exec(text)?.[1] : undefined;
    return number !== undefined && this.#known.has(`u${number}`) ? `u${number}` : null;
  }
}
