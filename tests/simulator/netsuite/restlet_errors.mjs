// Errors as SuiteScript throws them, of what the stand-ins for its modules have in common.

export class SuiteScriptError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

export function required(options, ...names) {
  for (const name of names) {
    if (options?.[name] === undefined) {
      throw new SuiteScriptError('SSS_MISSING_REQD_ARGUMENT', `Missing a required argument: ${name}`);
    }
  }
  return options;
}
