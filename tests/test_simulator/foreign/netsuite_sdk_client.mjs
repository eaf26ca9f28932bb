// The npm package netsuite-sdk (token-based authentication) against what it takes for NetSuite; prints JSON.
//
// node netsuite_sdk_client.mjs ENTRY ACCOUNT CONSUMER_KEY CONSUMER_SECRET TOKEN_ID TOKEN_SECRET

const [entry, accountId, consumerKey, consumerSecret, tokenKey, tokenSecret] = process.argv.slice(2);
const { NetSuiteClient, suiteql } = await import(entry);
const client = new NetSuiteClient({
  accountId,
  auth: { consumerKey, consumerSecret, tokenKey, tokenSecret, realm: accountId },
  maxRetries: 0,
});

async function refusal(asked) {
  try {
    return [200, await asked];
  } catch (error) {
    return [error.status, error.details["o:errorDetails"][0].detail];
  }
}

const query = suiteql()
  .select("c.entityid AS name", "k.companyname AS company")
  .from("contact", "c")
  .leftJoin("customer k", "k.id = c.company")
  .whereNotNull("c.email")
  .whereNotEquals("c.isinactive", true)
  .orderBy("c.id")
  .build();
const rows = await client.suiteql.query(query, { pageSize: 3 });
const created = await client.records.create("lead", { companyName: "O'Neill & Söhne", externalId: "crm-7" });
const read = await client.records.get("lead", "eid:crm-7");
const restlet = { script: "customscript_affix_save_email", deploy: "customdeploy_affix_save_email" };
const file = { action: "file", name: "mb-7_1_offer.txt", contents: btoa("an offer"), folder: "512" };
const stored = await client.restlets.call(restlet, { method: "POST", body: file });
const named = suiteql().select("id").from("customer").whereEquals("companyname", "O'Neill & Söhne").build();

process.stdout.write(
  JSON.stringify({
    rows: [rows.items.length, rows.totalResults, rows.pagesFetched, rows.items[0]],
    created: created.status,
    read: read.data.companyName,
    same: (await client.suiteql.queryOne(named)).id === read.data.id,
    unknown: await refusal(client.suiteql.query("SELECT foo FROM customer")),
    stored: [stored.status, Object.keys(stored.data)],
    missing: (await refusal(client.records.get("lead", "eid:crm-8")))[0],
  }),
);
