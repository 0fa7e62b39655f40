/** Runs the parts of the check one after the other and prints what each found; a part that is wrong does not stop the others. */
export class Report {
  #failed = 0;

  get failed(): number {
    return this.#failed;
  }

  /** A part that resolves to the problems it has found. */
  async part(name: string, check: () => Promise<string[]> | string[]): Promise<void> {
    const begin = Date.now();
    let problems: string[];
    try {
      problems = await check();
    } catch (error) {
      problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    }
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
    for (const problem of problems) console.log(`       ${problem}`);
    if (problems.length > 0) this.#failed += 1;
  }

  /** A part that cannot be checked on this machine. */
  skipped(name: string, reason: string): void {
    console.log(`skip ${name}: ${reason}`);
  }
}
