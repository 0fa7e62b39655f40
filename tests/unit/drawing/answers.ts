import { NO_EVENT } from '../../../src/shared/insight-placeholders.ts';
import type { Analysis, Question, QuestionOf, ResultOf } from '../../../src/shared/insight.ts';

const quartiles = { q1: 1800, median: 3600, q3: 7200 };

type Asked = { [A in Analysis]: { question: QuestionOf<A>; result: ResultOf<A>; empty: ResultOf<A> } };

/** A small answer to each kind of question, with the names of types given, and an answer of no users. */
export function smallAnswers([a, b]: readonly [string, string]): Asked {
  const level = 'events' as const;
  const start = Date.UTC(2025, 11, 1);
  return {
    overview: {
      question: { analysis: 'overview', level },
      result: {
        ...{ analysis: 'overview', users: 4, events: 7, behaviours: 20, otherEvents: 0 },
        ...{ firstTime: start, lastTime: start + 86_400_000, bin: 'day' },
        types: [
          { key: 't0', type: a, category: 'engagement', events: 5, users: 4 },
          { key: 't1', type: b, category: 'conversion', events: 2, users: 1 },
        ],
        binStarts: [start, start + 86_400_000],
        counts: [
          [3, 2],
          [0, 2],
        ],
        eventsPerUser: [
          { key: 'n1', users: 3, from: 1, to: 1 },
          { key: 'n2', users: 1, from: 2, to: 5_000_000 },
        ],
        hours: Array.from({ length: 7 }, (_, day) =>
          Array.from({ length: 24 }, (_each, hour) => day * (hour % 3)),
        ),
        ...{ suggested: [], fields: [], objects: [] },
      },
      empty: {
        ...{ analysis: 'overview', users: 0, events: 0, behaviours: 0, otherEvents: 0 },
        ...{ firstTime: null, lastTime: null, bin: 'day', types: [], binStarts: [], counts: [] },
        ...{ eventsPerUser: [], suggested: [], fields: [], objects: [] },
        hours: Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0)),
      },
    },
    funnel: {
      question: {
        ...{ analysis: 'funnel', level, order: 'ordered', direction: 'from' },
        steps: [a, { type: b, object: '<x>' }],
      },
      result: {
        analysis: 'funnel',
        users: 4,
        steps: [
          {
            ...{ key: 's0', users: 4, ofFirst: 1, ofPrevious: 1, dropped: { key: 'd0', users: 0 } },
            ...{ seconds: { q1: null, median: null, q3: null }, instead: [] },
          },
          {
            ...{ key: 's1', users: 1, ofFirst: 0.25, ofPrevious: 0.25, dropped: { key: 'd1', users: 3 } },
            ...{ seconds: quartiles, instead: [{ key: 'i1', type: a, users: 2 }] },
          },
        ],
        overall: quartiles,
        groups: [],
      },
      empty: { analysis: 'funnel', users: 0, steps: [], groups: [] },
    },
    paths: {
      question: { analysis: 'paths', level, direction: 'from', depth: 2, top: 3 },
      result: {
        ...{ analysis: 'paths', users: 4 },
        nodes: [
          { key: 'p0', step: 0, type: a, users: 4 },
          { key: 'p1', step: 1, type: b, users: 1 },
          { key: 'p2', step: 1, type: NO_EVENT.dropped, users: 3 },
        ],
        links: [
          { key: 'l0', from: 0, to: 1, users: 1 },
          { key: 'l1', from: 0, to: 2, users: 3 },
        ],
        ways: [],
      },
      empty: { analysis: 'paths', users: 0, nodes: [], links: [], ways: [] },
    },
    graph: {
      question: { analysis: 'graph', level, collapse: false },
      result: {
        ...{ analysis: 'graph', users: 4 },
        nodes: [
          { key: 'g0', type: a, category: 'engagement', events: 5, users: 4 },
          { key: 'g1', type: b, category: 'conversion', events: 2, users: 1 },
        ],
        edges: [
          {
            ...{ key: 'e0', from: NO_EVENT.start, to: a, users: 4, events: 4 },
            ...{ meanSeconds: null, medianSeconds: null },
          },
          { key: 'e1', from: a, to: b, users: 1, events: 2, meanSeconds: 60, medianSeconds: 50 },
          { key: 'e2', from: a, to: a, users: 1, events: 1, meanSeconds: 60, medianSeconds: 50 },
          {
            ...{ key: 'e3', from: b, to: NO_EVENT.end, users: 1, events: 1 },
            ...{ meanSeconds: null, medianSeconds: null },
          },
        ],
      },
      empty: { analysis: 'graph', users: 0, nodes: [], edges: [] },
    },
    variants: {
      question: { analysis: 'variants', level, collapse: false, limit: 10 },
      result: {
        ...{ analysis: 'variants', users: 4, variants: 14 },
        rows: Array.from({ length: 14 }, (_, row) => ({
          ...{ key: `v${row}`, types: [a, b, a], users: 14 - row, share: (14 - row) / 105 },
          ...{ cumulative: ((row + 1) * (28 - row)) / 210, medianSeconds: 10 },
        })),
      },
      empty: { analysis: 'variants', users: 0, variants: 0, rows: [] },
    },
    sequences: {
      question: { analysis: 'sequences', level, length: 3, limit: 10, target: b },
      result: {
        ...{ analysis: 'sequences', users: 4, support: 0.1, targetUsers: 2, patterns: 2 },
        ...{ cut: false, compared: 2 },
        rows: [
          {
            ...{ key: 'q0', types: [a, b], users: 2, support: 0.5, confidence: 0.5, lift: 2 },
            interval: { low: 1.2, high: 4 },
          },
          {
            ...{ key: 'q1', types: [b], users: 1, support: 0.25, confidence: 1, lift: null },
            interval: { low: 0.5, high: Infinity },
          },
        ],
      },
      empty: {
        ...{ analysis: 'sequences', users: 0, support: 0.1, targetUsers: null, patterns: 0 },
        ...{ cut: false, compared: 0, rows: [] },
      },
    },
    around: {
      question: { analysis: 'around', level, event: b, side: 'before', within: '7d' },
      result: {
        ...{ analysis: 'around', users: 4, anchored: 2 },
        rows: [
          {
            ...{ key: 'r0', type: a, category: 'engagement', users: 2, share: 1, base: 0.25 },
            ...{ lift: 4, medianSeconds: 60 },
          },
        ],
        waiting: [
          { days: 0, reached: 0, open: 0, share: 1 },
          { days: 1, reached: 2, open: 1, share: 0.5 },
          { days: 4, reached: 2, open: 1, share: 0.5 },
        ],
      },
      empty: { analysis: 'around', users: 0, anchored: 0, rows: [], waiting: [] },
    },
    profile: {
      question: { analysis: 'profile', level, event: b },
      result: {
        ...{ analysis: 'profile', users: 4, matched: 2, profiles: 4 },
        rows: [
          {
            ...{ key: 'f0', field: a, value: '<b>', users: 2, share: 1, otherUsers: 1, otherShare: 0.5 },
            ...{ difference: 0.5, interval: { low: 0.1, high: 0.8 } },
          },
          {
            ...{ key: 'f1', field: a, value: 'c', users: 0, share: 0, otherUsers: 1, otherShare: 0.5 },
            ...{ difference: -0.5, interval: { low: -0.9, high: 0.1 } },
          },
        ],
      },
      empty: { analysis: 'profile', users: 0, matched: 0, profiles: 0, rows: [] },
    },
    evolution: {
      question: { analysis: 'evolution', level, within: '7d', support: 0.01 },
      result: {
        ...{ analysis: 'evolution', users: 4 },
        nodes: [
          { key: 'n0', type: a, category: 'engagement', users: 4 },
          { key: 'n1', type: b, category: 'conversion', users: 2 },
        ],
        edges: [
          {
            ...{ key: 'x0', from: a, to: b, users: 2, probability: 0.5, base: 0.1, lift: 5 },
            ...{ certain: true, medianSeconds: 600 },
          },
          {
            ...{ key: 'x1', from: b, to: a, users: 1, probability: 0.5, base: 0.4, lift: 1.25 },
            ...{ certain: false, medianSeconds: 600 },
          },
        ],
      },
      empty: { analysis: 'evolution', users: 0, nodes: [], edges: [] },
    },
  };
}

/** One of them, with its question changed. */
export const asked = <A extends Analysis>(answer: { question: QuestionOf<A> }, patch: object): Question =>
  ({ ...answer.question, ...patch }) as Question;
