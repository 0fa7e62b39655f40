import type { FastifyInstance } from 'fastify';
import { runRequestSchema } from '../../shared/run.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { ApiBackend } from '../api-backend.ts';
import { progressJson } from '../progress-json.ts';
import type { ProgressStreams } from '../progress-streams.ts';
import { noRequest, resumeRequest, startRequest } from '../request-schemas.ts';

const ROOT = '/api/v1/events/extract';

/** The run: its progress, and what changes it. */
export function extractRoutes(app: FastifyInstance, backend: ApiBackend, streams: ProgressStreams): void {
  const { runs } = backend;
  const answer = (snapshot: RunSnapshot): object => ({
    code: 0,
    data: progressJson(snapshot, backend.errorText),
  });

  app.get(`${ROOT}/progress`, () => answer(backend.snapshot()));
  app.get(`${ROOT}/stream`, (request, reply) => {
    streams.open(request.raw, reply.raw);
    reply.hijack();
  });
  app.post(`${ROOT}/start`, async ({ body }) => {
    const snapshot = await runs.start(runRequestSchema.parse(startRequest(body)));
    return { code: 0, message: backend.errorText({ code: 'api.started' }), ...answer(snapshot) };
  });
  app.post(`${ROOT}/resume`, async ({ body }) => answer(await runs.resume(resumeRequest(body))));
  app.post(`${ROOT}/pause`, async ({ body }) => {
    noRequest(body);
    return answer(await runs.pause());
  });
  app.post(`${ROOT}/cancel`, async ({ body }) => {
    noRequest(body);
    return answer(await runs.cancel());
  });
}
