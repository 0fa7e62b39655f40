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
    'extract/llm/client',
    'extract/llm/pacing',
    'extract/llm/planning',
    'extract/llm/prompt',
    'extract/llm/run',
    'run',
  ],
  store: [...SHARED, 'abstraction', 'extract', 'induct', 'run'],
  insight: [...SHARED, 'abstraction', 'export', 'store'],
  'import/times/time-zone.ts': SHARED,
  detail: [...SHARED, 'abstraction', 'extract', 'extract/rules', 'extract/llm/answer', 'store'],
  export: [
    ...SHARED,
    'abstraction',
    'detail',
    'extract',
    'extract/rules',
    'import/times/time-zone.ts',
    'store',
  ],
  import: [...SHARED, 'export', 'import/times/time-zone.ts', 'store'],
};

/**
 * The files by which the rest of the program enters core, besides the files beside the folders; src/core/README.md says what each is for. A
 * folder that is not named here is reached through `engine` only.
 */
export const ENTRIES = [
  'abstraction/codebook.ts',
  'engine/engine-api.ts',
  'engine/engine-client.ts',
  'engine/engine.ts',
  'engine/export-workspace.ts',
  'export/write-whole.ts',
  'import/file-source.ts',
  'import/times/time-zone.ts',
  'insight/question-file.ts',
  'insight/write-table.ts',
  'sample/generate-sample.ts',
  'store/workspace-files.ts',
];

/** The folder that joins all parts; nothing in core imports it. */
const TOP = 'engine';

/** The path of a file within core; null outside of it. */
function inCoreOf(path) {
  const inCore = relative(CORE, path).split(sep).join('/');
  return inCore.startsWith('..') ? null : inCore;
}

/** The part that a file belongs to; null outside of core. */
function partOf(path) {
  const inCore = inCoreOf(path);
  if (inCore === null) return null;
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
    return importsOf(context, (node, target) => {
      const to = partOf(target);
      if (to === null || to === from || MAY_IMPORT[from]?.includes(to)) return;
      context.report({ node, messageId: 'direction', data: { from, to } });
    });
  },
};

/** Reports an import into core, from outside of it, that is not by one of ENTRIES. Relative paths only. */
export const coreEntry = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      entry: '{{to}} is no entry of core: see ENTRIES in tools/lint/core-direction.js.',
    },
  },
  create(context) {
    if (inCoreOf(context.filename) !== null) return {};
    return importsOf(context, (node, target) => {
      const to = inCoreOf(target);
      if (to === null || !to.includes('/') || ENTRIES.includes(to)) return;
      context.report({ node, messageId: 'entry', data: { to } });
    });
  },
};

/** Calls `check` with each import of a relative path and the file that it names. */
function importsOf(context, check) {
  const visit = (node) => {
    const path = node.source?.value;
    if (typeof path !== 'string' || !path.startsWith('.')) return;
    check(node, resolve(dirname(context.filename), path));
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  };
}
