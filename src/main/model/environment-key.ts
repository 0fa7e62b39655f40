const NAME = 'EVENTLOOM_API_KEY';

/**
 * Takes the API key out of the environment; null without one. It is removed there, because the processes that are
 * started later (those of the windows, for one) inherit the environment.
 */
export function takeEnvironmentKey(environment: NodeJS.ProcessEnv): string | null {
  const key = environment[NAME]?.trim();
  // The property is one of the environment: assigning undefined would set the text "undefined".
  Reflect.deleteProperty(environment, NAME);
  return key ? key : null;
}
