import { app } from 'electron';
import { requestOfArguments, requestOfLink } from './open-request.ts';
import type { OpenRequests } from './open-requests.ts';

/** Takes requests to open a workspace from the arguments, from another start, and from macOS. Before `ready`: macOS does not wait. */
export function listenForOpenRequests(requests: OpenRequests): void {
  const askFrom = (argv: readonly string[], directory: string): void => {
    const request = requestOfArguments(argv.slice(1), directory);
    if (request) requests.ask(request);
  };
  askFrom(process.argv, process.cwd());
  app.on('second-instance', (_event, argv, directory) => askFrom(argv, directory));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    requests.ask({ from: 'file', path });
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    requests.ask(requestOfLink(url));
  });
}
