import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { InsightProgress } from '../../shared/insight.ts';
import { coloursOf } from '../../shared/type-colours.ts';
import { TypeFinder } from '../abstraction/codebook.ts';
import { toErrorInfo } from '../errors.ts';
import { reportHtml } from './files/report-html.ts';
import { InsightDesk } from './insight-desk.ts';
import type { InsightCall, InsightMessage, InsightWorkerData } from './insight-messages.ts';

/** At most ten messages a second. */
const PROGRESS_INTERVAL_MS = 100;

const port = parentPort;
if (!port) throw new Error('insight-worker must be started as a worker thread');
/** The build puts it beside this file; from the sources, it is in its package. */
const builtProgram = new URL('./resvg.wasm', import.meta.url);
const wasm = existsSync(builtProgram)
  ? builtProgram
  : new URL(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'));
/** It lies beside this file, as built or as source. */
const eventsWorkerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './events-worker.ts' : './events-worker.js',
  import.meta.url,
);
const desk = new InsightDesk((workerData as InsightWorkerData).workspacePath, { eventsWorkerUrl });
const send = (message: InsightMessage): void => port.postMessage(message);

port.on('message', (call: InsightCall) => {
  const { id } = call;
  let [told, before] = [performance.now(), ''];
  const onProgress = ({ phase, share }: InsightProgress): void => {
    const now = performance.now();
    if (phase === before && now - told < PROGRESS_INTERVAL_MS) return;
    [told, before] = [now, phase];
    send({ kind: 'progress', id, phase, share });
  };
  answer(call, onProgress).then(
    (result) => send({ kind: 'answer', id, result }),
    (error: unknown) => send({ kind: 'failed', id, error: toErrorInfo(error) }),
  );
});

async function answer(
  call: InsightCall,
  onProgress: (progress: InsightProgress) => void,
): Promise<(InsightMessage & { kind: 'answer' })['result']> {
  const { codebook } = call;
  switch (call.kind) {
    case 'ask':
      return desk.ask(call.question, codebook, onProgress);
    case 'users':
      return desk.users(call.question, codebook, call, onProgress);
    case 'data':
      return desk.data(codebook, onProgress);
    case 'report': {
      const finder = new TypeFinder(codebook);
      return reportHtml(call.report, {
        locale: call.locale,
        nameOf: (type) => finder.nameOf(type),
        colourOf: coloursOf(codebook),
      });
    }
    case 'draw': {
      const { question, format, locale, theme } = call;
      return await desk.draw(question, codebook, { format, locale, theme, wasm }, onProgress);
    }
  }
}
