import type { FastifyInstance } from 'fastify';
import type { ApiBackend } from '../api-backend.ts';
import { eventsRequest, userRequest, usersRequest } from '../request-schemas.ts';
import { eventsJson, userDetailJson, usersJson } from '../users-json.ts';

const ROOT = '/api/v1/users';

/** Users and their events. */
export function userRoutes(app: FastifyInstance, { engine, errorText }: ApiBackend): void {
  app.get(ROOT, async ({ query }) => {
    const asked = usersRequest(query);
    return { code: 0, data: usersJson(await engine().listUsers(asked), asked, errorText) };
  });
  app.get(`${ROOT}/:userId`, async ({ params }) => {
    const user = await engine().getUser(userRequest(params));
    return { code: 0, data: userDetailJson(user, errorText) };
  });
  app.get(`${ROOT}/:userId/events`, async ({ params, query }) => {
    const events = await engine().listEvents(eventsRequest(params, query));
    return { code: 0, data: eventsJson(events) };
  });
}
