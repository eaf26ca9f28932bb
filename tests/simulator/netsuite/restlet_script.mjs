// A RESTlet as NetSuite runs it: the script file unchanged, loaded anew for each call, its answer or its error.

import fs from 'node:fs';
import vm from 'node:vm';

import { SuiteScriptError } from './restlet_errors.mjs';
import { modulesOver, silentLog } from './restlet_modules.mjs';

export class RestletScript {
  #compiled;

  /** Throws where the file is no RESTlet of SuiteScript 2.1. */
  constructor(path) {
    const source = fs.readFileSync(path, 'utf8');
    const tags = source.slice(0, source.indexOf('*/'));
    for (const tag of ['@NApiVersion 2.1', '@NScriptType Restlet']) {
      if (!new RegExp(`^ \\* ${tag}$`, 'm').test(tags)) throw new Error(`${path} has no ${tag} in its first comment`);
    }
    this.#compiled = new vm.Script(source, { filename: path });
  }

  /** {status, json} of one call, over the store (see restlet_modules.mjs). `body` is what JSON holds. */
  call(store, method, body) {
    try {
      const entries = this.#load(store);
      const entry = entries[method.toLowerCase()];
      if (entry === undefined) {
        // Oracle's page of RESTlet errors has the status; the code is guessed.
        return { status: 405, json: { error: { code: 'METHOD_NOT_ALLOWED', message: `No function for ${method}.` } } };
      }
      const answered = entry(body);
      return { status: 200, json: answered === undefined ? null : JSON.parse(JSON.stringify(answered)) };
    } catch (failure) {
      return { status: 400, json: { error: shown(failure) } };
    }
  }

  #load(store) {
    const modules = modulesOver(store);
    let entries;
    const define = (names, factory) => {
      const missing = names.find((name) => !(name in modules));
      if (missing) throw new SuiteScriptError('MODULE_DOES_NOT_EXIST', `Module does not exist: ${missing}.js`);
      entries = factory(...names.map((name) => modules[name]));
    };
    this.#compiled.runInNewContext({ define, log: silentLog() });
    return entries;
  }
}

/** An error that nobody caught, as it is answered: the message is JSON in a text, as public code shows it. */
function shown(failure) {
  const { name, message } = failure;
  const whole = { type: 'error.SuiteScriptError', name, message, stack: [], cause: { name, message }, id: '' };
  return { code: failure instanceof SuiteScriptError ? name : 'UNEXPECTED_ERROR', message: JSON.stringify(whole) };
}
