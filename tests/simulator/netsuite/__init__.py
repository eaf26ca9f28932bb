"""Pretend NetSuite: token endpoint, REST records, files and the doors to SuiteQL and RESTlets, as public pages describe
them. Oracle's pages are named section_N and article_N, at docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/N.html.
"""
