// N/file, for a store (see restlet_modules.mjs). Pages of Oracle's help: section_4205693274 (module),
// section_4228999954 (types), section_4223861820 (limits).

import { required, SuiteScriptError } from './restlet_errors.mjs';

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

export function fileModule(store, meter) {
  return {
    Type: Object.freeze(Object.fromEntries([...TEXT_TYPES, ...BINARY_TYPES].map((name) => [name, name]))),

    create(options) {
      const { name, fileType } = required(options, 'name', 'fileType');
      const isText = TEXT_TYPES.includes(fileType);
      if (!isText && ![...BINARY_TYPES, ...UNDOCUMENTED_TYPES].includes(fileType)) wrongArgument(fileType);
      if (!['string', 'undefined'].includes(typeof options.contents)) wrongArgument('contents');
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

function wrongArgument(name) {
  throw new SuiteScriptError('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: ${name}.`);
}
