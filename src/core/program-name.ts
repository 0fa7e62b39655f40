/** The program with its version, as files name it. */
export function programName(version: string): string {
  return `EventLoom ${version}`;
}
