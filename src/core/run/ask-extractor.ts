import type { Extractor, RunUser, UserOutcome } from '../extract/extractor.ts';

/** Asks the extractor; users too large to load fail without being asked, and a user without an answer is a defect. */
export async function askExtractor(
  users: RunUser[],
  extractor: Extractor,
  signal: AbortSignal,
): Promise<{ userNo: number; outcome: UserOutcome }[]> {
  const limit = extractor.maxBehavioursPerUser;
  const asked = users.filter((user) => user.behaviourCount <= limit);
  const answers =
    asked.length > 0
      ? await extractor.extract(
          asked.map((user) => user.input),
          signal,
        )
      : [];
  const byId = new Map(answers.map((answer) => [answer.userId, answer]));
  if (signal.aborted) return [];
  return users.map((user) => {
    const { userId } = user.input;
    const tooLarge: UserOutcome = {
      userId,
      status: 'failed',
      error: { code: 'extract.user_too_large', params: { count: user.behaviourCount, limit } },
    };
    const outcome = user.behaviourCount > limit ? tooLarge : byId.get(userId);
    if (!outcome) throw new Error(`the extractor gave no answer for a user of the batch`);
    return { userNo: user.userNo, outcome };
  });
}
