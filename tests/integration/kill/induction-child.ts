import { createEngine } from '../../../src/core/engine/engine.ts';
import { inducedLine, inductionRequestSchema } from '../../../src/shared/induction.ts';
import type { InductionSnapshot } from '../../../src/shared/induction.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import { ENGINE_OPTIONS } from '../../support/bundled.ts';

/**
 * Induces in a process of its own, for a test that kills it. Prints each snapshot; takes the whole proposal over and writes codebook
 * and themes when it is there.
 */
const [path = '', out = '', baseUrl = '', kindName = ''] = process.argv.slice(2);
const request = inductionRequestSchema.parse({
  kind: kindName,
  ...(kindName === 'types' ? { users: 40 } : {}),
});

let wake: () => void = () => undefined;
const engine = createEngine(ENGINE_OPTIONS, (event, payload) => {
  if (event !== 'induction' || (payload as InductionSnapshot).workspaceId === '') return;
  const { status, step, done, requests, revision } = payload as InductionSnapshot;
  process.stdout.write(`${JSON.stringify({ status, step, done, requests, revision })}\n`);
  wake();
});
const settings = modelSettingsSchema.parse({
  ...{ baseUrl, model: 'scripted', contextTokens: 9_000, maxOutputTokens: 2_000 },
});
await engine.useModel({ settings, apiKey: 'sk-test', promptTemplate: null });
await engine.openWorkspace({ path, create: false, resumePolicy: 'resume' });
const found = await engine.inductionSnapshot();
// One that died often waits for its user.
if (found.status === 'interrupted') await engine.resumeInduction();
if (found.status === 'idle') await engine.startInduction(request);
for (;;) {
  const { status, proposal, assigned, classified, error } = await engine.inductionSnapshot();
  if (error) throw new Error(error.code);
  if (status === 'proposed') {
    await engine.acceptInduction(
      request.kind === 'types'
        ? { kind: 'types', lines: (proposal ?? []).filter(({ kind }) => kind !== 'kept').map(inducedLine) }
        : request.kind === 'words'
          ? {
              kind: 'words',
              lines: (assigned ?? []).map(({ word, category, into, name }) => ({
                words: [{ word, category }],
                into,
                type: name && { ...name, category },
              })),
            }
          : {
              kind: 'themes',
              lines: (classified ?? []).map(({ thing, theme }) => ({ things: [thing], into: theme })),
            },
    );
    break;
  }
  await new Promise<void>((resolve) => (wake = resolve));
}
await engine.exportCodebook(out);
await engine.exportThemes(out.replace('.yaml', '-themes.yaml'));
await engine.closeWorkspace();
