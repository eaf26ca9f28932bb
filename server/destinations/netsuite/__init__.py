"""NetSuite: records found by SuiteQL, emails saved as messages over REST and a RESTlet of our own."""
