"""Reading and marking mail. Knows Graph and MIME; knows nothing of records, people's rows or Flask."""
