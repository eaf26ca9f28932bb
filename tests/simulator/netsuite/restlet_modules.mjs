// Stand-ins for the modules of SuiteScript 2.1 that a RESTlet may use, as strict as Oracle's help describes them.
// What they keep lies in a store, all of whose functions answer at once:
//   createRecord(type, values, fileIds) -> id      deleteRecord(type, id)
//   saveFile({name, folder, octets: base64, type, isOnline}) -> id
//   loadFile(id) -> the same with id               deleteFile(id)
//   find(type, [{name, operator, values}]) -> ids
// A store refuses by throwing SuiteScriptError; rules about records and folders are the store's.
//
// Pages below https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/: N/record section_4267255811, N/file
// section_4205693274, file.Type section_4228999954, limits section_4223861820, units section_4229271179 and
// chapter_N3350651. Names of errors that no page states are marked "guessed".

const UNITS = 5000; // of a RESTlet, section_4640094112
const LARGEST_FILE = 10 * 1024 * 1024; // bytes in memory

const TEXT_TYPES = [
  'APPCACHE', 'CERTIFICATE', 'CONFIG', 'CSV', 'FREEMARKER', 'HTMLDOC', 'JAVASCRIPT', 'JSON', 'MESSAGERFC', 'PLAINTEXT',
  'POSTSCRIPT', 'RTF', 'SCSS', 'SMS', 'STYLESHEET', 'SVG', 'WEBAPPPAGE', 'WEBAPPSCRIPT', 'XMLDOC', 'XSD',
]; // which of RTF, SVG, MESSAGERFC and POSTSCRIPT are text is not stated: to hold them for text is the stricter guess
const BINARY_TYPES = [
  'AUTOCAD', 'BMPIMAGE', 'EXCEL', 'FLASH', 'GIFIMAGE', 'GZIP', 'ICON', 'JPGIMAGE', 'MP3', 'MPEGMOVIE', 'MSPROJECT',
  'PDF', 'PJPGIMAGE', 'PNGIMAGE', 'POWERPOINT', 'QUICKTIME', 'TAR', 'TIFFIMAGE', 'VISIO', 'WORD', 'ZIP',
];
const UNDOCUMENTED_TYPES = ['MISCBINARY']; // works at run time, but is missing in the list: no member of file.Type here

const MESSAGE = {
  activity: 'select', author: 'select', entity: 'select', recipient: 'select', template: 'select',
  transaction: 'select', authoremail: 'text', bcc: 'text', cc: 'text', externalid: 'text', message: 'text',
  recipientemail: 'text', subject: 'text',
  emailed: 'checkbox', htmlmessage: 'checkbox', incoming: 'checkbox', messagedate: 'moment',
};

const FILTERS = { message: ['internalid', 'externalid', 'externalidstring'], file: ['internalid', 'name', 'folder'] };
const OPERATORS = { internalid: 'anyof', externalid: 'anyof', folder: 'anyof', externalidstring: 'is', name: 'is' };

export class SuiteScriptError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

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

// N/file

function fileModule(store, meter) {
  return {
    Type: Object.freeze(Object.fromEntries([...TEXT_TYPES, ...BINARY_TYPES].map((name) => [name, name]))),

    create(options) {
      const { name, fileType } = required(options, 'name', 'fileType');
      const isText = TEXT_TYPES.includes(fileType);
      if (!isText && ![...BINARY_TYPES, ...UNDOCUMENTED_TYPES].includes(fileType)) {
        throw new SuiteScriptError('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: ${fileType}.`);
      }
      if (options.contents !== undefined && typeof options.contents !== 'string') wrongType('file.create', 'contents');
      const octets = isText ? Buffer.from(options.contents ?? '', 'utf8') : fromBase64(options.contents ?? '');
      if (octets.length > LARGEST_FILE) tooLarge();
      return new NewFile(store, meter, { name, fileType, octets, folder: options.folder, isOnline: options.isOnline });
    },

    load(options) {
      const { id } = required(options, 'id');
      meter.use(10);
      return new LoadedFile(store.loadFile(String(id)));
    },

    delete(options) {
      const { id } = required(options, 'id');
      meter.use(20);
      store.deleteFile(String(id));
      return id;
    },
  };
}

class NewFile {
  constructor(store, meter, { name, fileType, octets, folder, isOnline }) {
    Object.assign(this, { name, fileType, size: octets.length, folder, isOnline: isOnline ?? false });
    const contents = octets.toString('base64');
    this.save = () => {
      meter.use(20);
      if (this.folder === undefined || this.folder === null || this.folder === '') {
        throw new SuiteScriptError('USER_ERROR', 'Please enter value(s) for: Folder');
      }
      const made = { name: this.name, folder: String(this.folder), octets: contents, type: this.fileType };
      this.id = Number(store.saveFile({ ...made, isOnline: this.isOnline }));
      return this.id;
    };
  }
}

class LoadedFile {
  constructor({ id, name, folder, octets, type, isOnline }) {
    const content = Buffer.from(octets, 'base64');
    const size = content.length;
    Object.assign(this, { id: Number(id), name, folder: Number(folder), fileType: type, size, isOnline });
    this.getContents = () => {
      if (content.length > LARGEST_FILE) tooLarge();
      return TEXT_TYPES.includes(type) ? content.toString('utf8') : octets;
    };
  }
}

/** Only what is base64 to the letter: what NetSuite makes of anything else is not stated. */
function fromBase64(text) {
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') !== text) {
    throw new SuiteScriptError('SSS_INVALID_CONTENTS', 'The contents of a binary file must be base64.'); // guessed
  }
  return octets;
}

function tooLarge() {
  const message = 'The file content you are attempting to access exceeds the maximum allowed size of 10 MB.';
  throw new SuiteScriptError('SSS_FILE_CONTENT_SIZE_EXCEEDED', message);
}

// N/record: messages only, and these as the help has them: created and deleted, never changed (section_N3191112)

function recordModule(store, meter) {
  return {
    Type: Object.freeze({ MESSAGE: 'message' }),

    create(options) {
      const { type } = required(options, 'type');
      knownType(type);
      meter.use(5);
      return new NewMessage(store, meter, options.isDynamic ?? false);
    },

    delete(options) {
      const { type, id } = required(options, 'type', 'id');
      knownType(type);
      meter.use(10);
      store.deleteRecord(type, String(id));
      return Number(id);
    },
  };
}

function knownType(type) {
  if (type !== 'message') throw new SuiteScriptError('INVALID_RCRD_TYPE', `The record type [${type}] is invalid.`);
}

class NewMessage {
  #values = {};
  #files = [];
  #line = null;
  #store;
  #meter;
  #isDynamic;

  constructor(store, meter, isDynamic) {
    this.#store = store;
    this.#meter = meter;
    this.#isDynamic = isDynamic;
  }

  setValue(options) {
    const { fieldId } = required(options, 'fieldId', 'value');
    this.#values[fieldId] = fieldValue(fieldId, options.value);
    return this;
  }

  selectNewLine(options) {
    this.#sublist(options);
    this.#line = {};
    return this;
  }

  setCurrentSublistValue(options) {
    this.#sublist(options);
    const { fieldId, value } = required(options, 'fieldId', 'value');
    if (this.#line === null) throw wrongUse('A line must be selected first.');
    if (fieldId !== 'mediaitem') throw unknown('SSS_INVALID_SUBLIST_FIELD', fieldId);
    this.#line.mediaitem = selected('mediaitem', value);
    return this;
  }

  commitLine(options) {
    this.#sublist(options);
    if (this.#line === null) throw wrongUse('No line is selected.');
    if (this.#line.mediaitem === undefined) throw unknown('USER_ERROR', 'file');
    this.#files.push(this.#line.mediaitem);
    this.#line = null;
    return this;
  }

  /** A line that was not committed is lost, as in NetSuite. */
  save() {
    this.#meter.use(10);
    return Number(this.#store.createRecord('message', { ...this.#values }, [...this.#files]));
  }

  #sublist(options) {
    const { sublistId } = required(options, 'sublistId');
    if (!this.#isDynamic) throw wrongUse('Lines are selected in dynamic mode only.');
    if (sublistId !== 'mediaitem') throw unknown('SSS_INVALID_SUBLIST', sublistId);
  }
}

function fieldValue(fieldId, value) {
  const kind = MESSAGE[fieldId];
  if (kind === undefined) throw unknown('SSS_INVALID_FIELD', fieldId);
  if (value === null || value === '') return null;
  if (kind === 'select') return selected(fieldId, value);
  if (kind === 'moment') {
    const isDate = Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN(value.getTime());
    return isDate ? value.toISOString().replace(/\.\d+Z$/, 'Z') : invalid(fieldId, value);
  }
  const wanted = kind === 'checkbox' ? 'boolean' : 'string';
  return typeof value === wanted ? value : invalid(fieldId, value);
}

function selected(fieldId, value) {
  return /^-?\d+$/.test(String(value)) ? String(value) : invalid(fieldId, value);
}

function invalid(fieldId, value) {
  const message = `You have entered an Invalid Field Value ${value} for the following field: ${fieldId}`;
  throw new SuiteScriptError('INVALID_FLD_VALUE', message);
}

/** Names and sentence are guessed. */
function unknown(code, name) {
  return new SuiteScriptError(code, `A message has no ${name}.`);
}

function wrongUse(message) {
  return new SuiteScriptError('SSS_INVALID_API_USAGE', `Invalid API usage. ${message}`);
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

function required(options, ...names) {
  for (const name of names) {
    if (options?.[name] === undefined) {
      throw new SuiteScriptError('SSS_MISSING_REQD_ARGUMENT', `Missing a required argument: ${name}`);
    }
  }
  return options;
}

function wrongType(where, name) {
  throw new SuiteScriptError('SSS_INVALID_TYPE_ARG', `${where}: You have entered an invalid type argument: ${name}.`);
}
