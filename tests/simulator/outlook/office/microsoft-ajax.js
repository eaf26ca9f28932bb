// Stands in for MicrosoftAjax.js, a library that office.js fetches from a content network unless a page has it already.
// Only what office.js touches: namespaces, argument checks that find nothing, error makers, JSON.
(() => {
  const errorMaker = (kind) => (message) => Object.assign(new Error(`${kind}: ${message ?? ""}`), { name: `Sys.${kind}` });
  const kinds = ["argument", "argumentNull", "argumentOutOfRange", "argumentType", "argumentUndefined", "create",
    "invalidOperation", "notImplemented", "parameterCount"];

  window.Type = Function;
  window.Sys = {
    StringBuilder: class {},
    Debug: { trace() {}, assert() {}, fail() {} },
    Serialization: { JavaScriptSerializer: { serialize: JSON.stringify, deserialize: JSON.parse } },
  };
  Type.registerNamespace = (path) => path.split(".").reduce((space, name) => (space[name] ??= {}), window);
  Type.registerClass = () => {};
  Type.prototype.registerClass = function () { return this; };
  Function._validateParams = () => null;
  Function._validateParameter = () => null;
  Function.createDelegate = (owner, method) => method.bind(owner);
  for (const kind of kinds) Error[kind] ??= errorMaker(kind);
  String.format ??= (pattern, ...values) => pattern.replace(/\{(\d+)\}/g, (_, place) => values[place]);
})();
