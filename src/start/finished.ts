/** Ends the process with an exit code once everything printed has been written: to a pipe on Windows it is not at once. */
export async function finished(exitCode: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that is gone (`| head`) has read what it wanted.
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  process.exit(exitCode);
}
