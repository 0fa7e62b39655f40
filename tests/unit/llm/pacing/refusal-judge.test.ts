import { describe, expect, it } from 'vitest';
import { RefusalJudge } from '../../../../src/core/extract/llm/pacing/refusal-judge.ts';

interface Sending {
  refused?: boolean;
  tokens?: number;
}

const REFUSED: Sending = { refused: true };
const TAKEN: Sending = {};

/** Sends so many at one moment; refusals are told after 10 ms, the others are taken after 200 ms. */
function burst(judge: RefusalJudge, sendings: readonly Sending[], at: number, retryAfterMs = 1_000): void {
  const sent = sendings.map(({ tokens = 100 }) => judge.sent(tokens, at));
  sent.forEach((request, index) => {
    if (sendings[index]?.refused) judge.refused(request, retryAfterMs, at + 10);
  });
  sent.forEach((request, index) => {
    if (!sendings[index]?.refused) judge.taken(request);
  });
}

const ONE_REFUSED = [REFUSED, TAKEN, TAKEN, TAKEN];

describe('refusals that later requests contradict', () => {
  it('are taken for random from the third in a row on', () => {
    const judge = new RefusalJudge();
    burst(judge, ONE_REFUSED, 0);
    burst(judge, ONE_REFUSED, 2_000);
    expect(judge.random).toBe(false);
    burst(judge, ONE_REFUSED, 4_000);
    expect(judge.random).toBe(true);
  });

  it('tell nothing when what was taken was sent before them', () => {
    const judge = new RefusalJudge();
    for (let round = 0; round < 10; round++)
      burst(judge, [TAKEN, TAKEN, TAKEN, TAKEN, REFUSED], round * 2_000);
    expect(judge.random).toBe(false);
  });

  it('tell nothing when what was taken was smaller: a limit of tokens may have had room for it', () => {
    const judge = new RefusalJudge();
    const small = { tokens: 50 };
    for (let round = 0; round < 10; round++)
      burst(judge, [REFUSED, small, small, small, small], round * 2_000);
    expect(judge.random).toBe(false);
  });

  it('tell nothing when what was taken was sent after the time they asked for', () => {
    const judge = new RefusalJudge();
    for (let round = 0; round < 10; round++) {
      burst(judge, [REFUSED], round * 4_000, 500);
      burst(judge, [TAKEN, TAKEN, TAKEN, TAKEN], round * 4_000 + 600);
    }
    expect(judge.random).toBe(false);
  });
});

describe('refusals that go on', () => {
  /** Refusals at random are believed in. */
  function convinced(): RefusalJudge {
    const judge = new RefusalJudge();
    for (let round = 0; round < 3; round++) burst(judge, ONE_REFUSED, round * 2_000);
    return judge;
  }

  it('end the belief in chance with the fifth, and bind as long as the longest of them says', () => {
    const judge = convinced();
    burst(judge, [REFUSED], 10_000, 30_000);
    burst(judge, [REFUSED, REFUSED, REFUSED], 10_020);
    expect(judge.random).toBe(true);
    burst(judge, [REFUSED], 10_040);
    expect(judge.random).toBe(false);
    expect(judge.bindsUntil).toBe(40_010);
  });

  it('make chance twice as hard to believe in', () => {
    const judge = convinced();
    burst(judge, [REFUSED, REFUSED, REFUSED, REFUSED, REFUSED], 10_000);
    for (let round = 0; round < 5; round++) burst(judge, ONE_REFUSED, 20_000 + round * 2_000);
    expect(judge.random).toBe(false);
    burst(judge, ONE_REFUSED, 30_000);
    expect(judge.random).toBe(true);
  });

  it('are not what a burst begins with when refusals are quicker than answers', () => {
    const judge = convinced();
    const many = Array.from({ length: 32 }, (_, index) => (index % 5 === 0 ? REFUSED : TAKEN));
    for (let round = 0; round < 10; round++) burst(judge, many, 10_000 + round * 2_000);
    expect(judge.random).toBe(true);
  });
});
