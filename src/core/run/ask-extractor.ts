import type { Extractor, RunUser, UserOutcome } from '../extract/extractor.ts';

/** The outcome of each user: from the extractor, or failed without asking for a user who could not be loaded. */
export async function askExtractor(
  users: RunUser[],
  extractor: Extractor,
  signal: AbortSignal,
): Promise<{ userNo: number; outcome: UserOutcome }[]> {
  const asked = users.filter((user) => !user.refused);
  const answers =
    asked.length > 0
      ? await extractor.extract(
          asked.map((user) => user.input),
          signal,
        )
      : [];
  const byId = new Map(answers.map((answer) => [answer.userId, answer]));
  if (signal.aborted) return [];
  return users.map(({ userNo, input: { userId }, refused }) => {
    const outcome: UserOutcome | undefined = refused
      ? { userId, status: 'failed', error: refused }
      : byId.get(userId);
    if (!outcome) throw new Error(`the extractor gave no answer for a user of the batch`);
    return { userNo, outcome };
  });
}
