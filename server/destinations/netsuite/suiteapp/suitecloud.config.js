// Read by the SuiteCloud CLI: where the project is.
module.exports = {defaultProjectFolder: 'src', commands: {}};
