/** What is known of a user who may be looked at. */
export interface Candidate {
  userNo: number;
  behaviours: number;
  /** The kinds of action and the conversions of the user, by name. */
  words: ReadonlySet<string>;
}

/** Each kind of action and conversion is shown by so many users, where there are so many. */
const USERS_PER_WORD = 3;
/** Users are chosen for what they do up to this share of the sample; the others for how much they do. */
const BY_WORDS = 0.5;
const LENGTH_CLASSES = 4;
/** Knuth's multiplier: neighbouring numbers come to lie far apart. */
const SCATTER = 2_654_435_761;

/**
 * So many of the users, in the order in which they are looked at: the rare kinds of action and conversions first have their
 * users, then all lengths of history have as many as each other. The same candidates give the same sample.
 */
export function chooseUsers(candidates: readonly Candidate[], count: number): number[] {
  const scattered = candidates.toSorted(
    (a, b) => scatter(a.userNo) - scatter(b.userNo) || a.userNo - b.userNo,
  );
  const chosen = new Set<number>();
  const most = Math.min(count, candidates.length);
  byWords(scattered, Math.ceil(most * BY_WORDS), chosen);
  byLength(scattered, most, chosen);
  // Neither kind of choice comes before the other: the first requests see some of both.
  return scattered.filter(({ userNo }) => chosen.has(userNo)).map(({ userNo }) => userNo);
}

function scatter(userNo: number): number {
  return Math.imul(userNo, SCATTER) >>> 0;
}

function byWords(candidates: readonly Candidate[], most: number, chosen: Set<number>): void {
  const users = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    for (const word of candidate.words) users.set(word, [...(users.get(word) ?? []), candidate]);
  }
  const rarestFirst = [...users].sort(([a, ofA], [b, ofB]) => ofA.length - ofB.length || (a < b ? -1 : 1));
  for (let round = 1; round <= USERS_PER_WORD; round += 1) {
    for (const [, having] of rarestFirst) {
      if (chosen.size >= most) return;
      const shown = having.filter(({ userNo }) => chosen.has(userNo)).length;
      const next = having.find(({ userNo }) => !chosen.has(userNo));
      if (shown < round && next) chosen.add(next.userNo);
    }
  }
}

/** From each quarter of the users by length in turn. */
function byLength(candidates: readonly Candidate[], most: number, chosen: Set<number>): void {
  const left = candidates.filter(({ userNo }) => !chosen.has(userNo));
  const ranks = new Map(
    left
      .toSorted((a, b) => a.behaviours - b.behaviours || a.userNo - b.userNo)
      .map(({ userNo }, rank) => [userNo, rank]),
  );
  const classes: Candidate[][] = Array.from({ length: LENGTH_CLASSES }, () => []);
  for (const candidate of left) {
    const rank = ranks.get(candidate.userNo) ?? 0;
    classes[Math.floor((rank * LENGTH_CLASSES) / left.length)]?.push(candidate);
  }
  for (let round = 0; chosen.size < most && round < left.length; round += 1) {
    for (const ofClass of classes) {
      const next = ofClass[round];
      if (next && chosen.size < most) chosen.add(next.userNo);
    }
  }
}
