import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const CORE = fileURLToPath(new URL('../../src/core', import.meta.url));

/** Modules of core that the others share: they belong to no folder, and import none. */
const SHARED = ['*'];
const LLM_TYPES = ['extract/llm/types.ts', 'extract/llm/failure-policy.ts'];

/**
 * What each part of core may import besides itself. A part is a folder with all below it, or a file; the longest name that
 * fits a file is its part. `*` is a file beside the folders.
 */
export const MAY_IMPORT = {
  '*': [],
  sample: SHARED,
  abstraction: SHARED,
  extract: SHARED,
  'extract/rules': [...SHARED, 'abstraction', 'extract'],
  'extract/llm/types.ts': [...SHARED, 'extract'],
  'extract/llm/failure-policy.ts': [...SHARED, 'extract/llm/types.ts'],
  'extract/llm/prompt': [...SHARED, ...LLM_TYPES, 'abstraction', 'extract', 'extract/rules'],
  'extract/llm/planning': [
    ...SHARED,
    ...LLM_TYPES,
    'abstraction',
    'extract',
    'extract/rules',
    'extract/llm/prompt',
  ],
  'extract/llm/client': [...SHARED, ...LLM_TYPES],
  'extract/llm/pacing': [...SHARED, ...LLM_TYPES, 'extract/llm/client'],
  'extract/llm/answer': [...SHARED, ...LLM_TYPES, 'abstraction', 'extract', 'extract/rules'],
  'extract/llm/run': [
    ...SHARED,
    ...LLM_TYPES,
    'abstraction',
    'extract',
    'extract/rules',
    'extract/llm/answer',
    'extract/llm/pacing',
    'extract/llm/planning',
    'extract/llm/prompt',
  ],
  'extract/llm/model-extractor.ts': [
    ...SHARED,
    ...LLM_TYPES,
    'abstraction',
    'extract',
    'extract/rules',
    'extract/llm/answer',
    'extract/llm/client',
    'extract/llm/pacing',
    'extract/llm/planning',
    'extract/llm/prompt',
    'extract/llm/run',
  ],
  run: [...SHARED, 'extract'],
  induct: [
    ...SHARED,
    ...LLM_TYPES,
    'abstraction',
    'extract',
    'extract/rules',
    'extract/llm/answer',
    'extract/llm/pacing',
    'extract/llm/planning',
    'extract/llm/prompt',
    'extract/llm/run',
    'run',
  ],
  store: [...SHARED, 'abstraction', 'extract', 'induct', 'run'],
  insight: [...SHARED, 'abstraction', 'export', 'store'],
  'import/times/time-zone.ts': SHARED,
  export: [...SHARED, 'abstraction', 'import/times/time-zone.ts', 'store'],
  import: [...SHARED, 'export', 'import/times/time-zone.ts', 'store'],
};

/** The folder that joins all parts; nothing in core imports it. */
const TOP = 'engine';

/** The part that a file belongs to; null outside of core. */
function partOf(path) {
  const inCore = relative(CORE, path).split(sep).join('/');
  if (inCore.startsWith('..')) return null;
  if (!inCore.includes('/')) return '*';
  const names = [...Object.keys(MAY_IMPORT), TOP];
  const fitting = names.filter((name) => inCore === name || inCore.startsWith(`${name}/`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? inCore;
}

/** Reports an import between parts of core that is not in MAY_IMPORT. Relative paths only: packages are another rule's. */
export const coreDirection = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      direction: '{{from}} must not import {{to}}: see MAY_IMPORT in tools/lint/core-direction.js.',
    },
  },
  create(context) {
    const from = partOf(context.filename);
    if (from === null || from === TOP) return {};
    const check = (node) => {
      const path = node.source?.value;
      if (typeof path !== 'string' || !path.startsWith('.')) return;
      const to = partOf(resolve(dirname(context.filename), path));
      if (to === null || to === from || MAY_IMPORT[from]?.includes(to)) return;
      context.report({ node, messageId: 'direction', data: { from, to } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
