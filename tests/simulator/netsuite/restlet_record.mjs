// N/record, of messages only, for a store (see restlet_modules.mjs). Pages of Oracle's help: section_4267255811
// (module), section_N3191112 (messages are created and deleted, never changed).

import { required, SuiteScriptError } from './restlet_errors.mjs';

const MESSAGE = {
  activity: 'select', author: 'select', entity: 'select', recipient: 'select', template: 'select',
  transaction: 'select', authoremail: 'text', bcc: 'text', cc: 'text', externalid: 'text', message: 'text',
  recipientemail: 'text', subject: 'text',
  emailed: 'checkbox', htmlmessage: 'checkbox', incoming: 'checkbox', messagedate: 'moment',
};

export function recordModule(store, meter) {
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
