// Stand-ins for the modules of SuiteScript 2.1 that a RESTlet may use, as strict as Oracle's help describes them.
// What they keep lies in a store, all of whose functions answer at once:
//   createRecord(type, values, fileIds) -> id      deleteRecord(type, id)
//   saveFile({name, folder, octets: base64, type, isOnline}) -> id
//   loadFile(id) -> the same with id               deleteFile(id)
//   find(type, [{name, operator, values}]) -> ids
// A store refuses by throwing SuiteScriptError; rules about records and folders are the store's.
//
// Units: section_157072844224 below https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/. Names of errors
// that no page states are marked "guessed".

import { required, SuiteScriptError } from './restlet_errors.mjs';
import { fileModule } from './restlet_file.mjs';
import { recordModule } from './restlet_record.mjs';

const UNITS = 5000; // of a RESTlet, section_4640094112

const FILTERS = { message: ['internalid', 'externalid', 'externalidstring'], file: ['internalid', 'name', 'folder'] };
const OPERATORS = { internalid: 'anyof', externalid: 'anyof', folder: 'anyof', externalidstring: 'is', name: 'is' };

/** The modules of one call, by name. */
export function modulesOver(store) {
  const meter = new Meter();
  return {
    'N/error': { create: createError },
    'N/file': fileModule(store, meter),
    'N/log': silentLog(),
    'N/record': recordModule(store, meter),
    'N/runtime': { getCurrentScript: () => ({ getRemainingUsage: () => meter.left }) },
    'N/search': searchModule(store, meter),
  };
}

/** Usage units: a call that needs more than it has is ended. */
class Meter {
  left = UNITS;

  use(units) {
    this.left -= units;
    if (this.left < 0) throw new SuiteScriptError('SSS_USAGE_LIMIT_EXCEEDED', 'Script Execution Usage Limit Exceeded');
  }
}

export function silentLog() {
  return { audit() {}, debug() {}, emergency() {}, error() {} };
}

function createError(options) {
  const { name, message } = required(options, 'name', 'message');
  return new SuiteScriptError(String(name), String(message));
}

// N/search

function searchModule(store, meter) {
  return {
    Type: Object.freeze({ MESSAGE: 'message' }), // a search for files has no member of its own, but its name works

    create(options) {
      const { type } = required(options, 'type');
      if (!(type in FILTERS)) throw new SuiteScriptError('INVALID_RCRD_TYPE', `The record type [${type}] is invalid.`);
      const expressions = (options.filters ?? []).filter((one) => String(one).toLowerCase() !== 'and');
      const filters = expressions.map((one) => filter(type, one));
      return { run: () => new ResultSet(store, meter, type, filters) };
    },
  };
}

function filter(type, expression) {
  const [name, operator, ...values] = expression;
  if (!FILTERS[type].includes(name)) {
    const message = `An nlobjSearchFilter contains invalid search criteria: ${name}.`;
    throw new SuiteScriptError('SSS_INVALID_SRCH_FILTER', message);
  }
  if (OPERATORS[name] !== operator || values.flat().length === 0) {
    const message = `An nlobjSearchFilter contains an invalid operator, or is not in proper syntax: ${name}.`;
    throw new SuiteScriptError('SSS_INVALID_SRCH_OPERATOR', message);
  }
  return { name, operator, values: values.flat().map(String) };
}

class ResultSet {
  constructor(store, meter, type, filters) {
    this.getRange = (options) => {
      const { start, end } = required(options, 'start', 'end');
      if (end - start > 1000) {
        throw new SuiteScriptError('SSS_SEARCH_RESULT_LIMIT_EXCEEDED', 'No more than 1000 search results.');
      }
      meter.use(10);
      return store.find(type, filters).slice(start, end).map((id) => ({ id: String(id), recordType: type }));
    };
  }
}
