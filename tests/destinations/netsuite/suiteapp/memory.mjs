// What the stand-ins of N/* keep in these tests: a small account in memory, with the rules that the script meets there.

import { SuiteScriptError } from '../../../simulator/netsuite/restlet_errors.mjs';

export const FOLDER = '512';

export class Memory {
  messages = new Map();
  files = new Map();
  folders = new Set([FOLDER]);
  isAllowedToDelete = true;
  #last = 100;

  /** For tests of a race: called once, just before a message is created. */
  beforeCreate = () => {};

  createRecord(type, values, fileIds) {
    const before = this.beforeCreate;
    this.beforeCreate = () => {};
    before();
    for (const party of ['author', 'recipient']) {
      if (!values[party]) throw new SuiteScriptError('USER_ERROR', `Please enter value(s) for: ${party}.`);
    }
    for (const id of fileIds) {
      if (!this.files.has(id)) {
        throw new SuiteScriptError('INVALID_KEY_OR_REF', `Invalid mediaitem reference key ${id}.`);
      }
    }
    for (const other of this.messages.values()) {
      if (other.externalid === values.externalid) throw new SuiteScriptError('DUP_RCRD', 'This record already exists');
    }
    return this.#kept(this.messages, { ...values, files: fileIds });
  }

  deleteRecord(type, id) {
    if (!this.messages.has(id)) throw new SuiteScriptError('RCRD_DSNT_EXIST', 'That record does not exist.');
    this.#demand();
    this.messages.delete(id);
  }

  saveFile(file) {
    if (!this.folders.has(file.folder)) {
      throw new SuiteScriptError('INVALID_KEY_OR_REF', `Invalid folder reference key ${file.folder}.`);
    }
    const same = [...this.files].find(([, one]) => one.name === file.name && one.folder === file.folder);
    if (!same) return this.#kept(this.files, file);
    this.files.set(same[0], file);
    return same[0];
  }

  loadFile(id) {
    if (!this.files.has(id)) throw new SuiteScriptError('RCRD_DSNT_EXIST', 'That record does not exist.');
    return { id, ...this.files.get(id) };
  }

  deleteFile(id) {
    if (!this.files.has(id)) throw new SuiteScriptError('FILE_NOT_FOUND', 'No such file.');
    this.#demand();
    this.files.delete(id);
  }

  find(type, filters) {
    const known = type === 'file' ? this.files : this.messages;
    const value = (name, id, one) => (name === 'internalid' ? id : one[name.replace('string', '')]);
    const fits = ([id, one]) => filters.every(({ name, values }) => values.includes(value(name, id, one)));
    return [...known].filter(fits).map(([id]) => id);
  }

  /** The bytes of a file as NetSuite holds them. */
  octets(id) {
    return Buffer.from(this.files.get(id).octets, 'base64');
  }

  #demand() {
    if (!this.isAllowedToDelete) throw new SuiteScriptError('INSUFFICIENT_PERMISSION', 'Permission Violation');
  }

  #kept(where, what) {
    this.#last += 1;
    where.set(String(this.#last), what);
    return String(this.#last);
  }
}
