"""What only tests and the demo may do: make tokens, deliver mail, order faults, change the world.

All bodies are JSON, but for raw MIME; errors are {"error": {"code", "message"}} with 400 or 404. People are named by
address, object id or the short name before the @, mailboxes by any of their addresses or their short name.

POST /control/tokens
    {"user", "kind": "sso"|"naa"|"graph"|"app", ...} -> {"token"}, with any of
    "claims": {name: value, or null to leave out}       "version": "1.0" (sso and naa: a token of the older form)
    "key": "current"|"previous"|"retired"|"consumer"|"unknown"
    "header": {name: value or null}; {"alg": "none"} leaves the signature out, {"alg": "HS256"} signs with the public
    key's PEM as the secret
    for graph: "scopes": [...], "app": client id (Outlook where none is named), "cae": true. With an application that
    is not Microsoft's the answer has "refreshToken" too.

POST /control/messages?mailbox=&folder=&received=&read=&headers=       the body is raw MIME
    -> 201 {"id","immutableId","ewsId","internetMessageId"}. The folder is a well-known name or a path of display names
    ("inbox/Projects"), and is made where it is missing; `received` is an ISO date and time, `read` true or false.
    `headers` false: Graph shows no internetMessageHeaders of it, as of all that was written and sent in the mailbox
    itself; what they say stands in extended properties.
POST /control/messages        the same in JSON, for many at once; all are read before the first arrives
    {"messages": [{"mailbox","mime": base64,"folder"?,"received"?,"read"?: true,"headers"?: false}]}
    -> 201 {"messages": [as above]}
GET /control/messages?mailbox=
    -> {"messages": [{"id","immutableId","ewsId","folder","subject","categories","internetMessageId","isRead",
    "receivedDateTime"}]}
DELETE /control/messages      {"mailbox","id"}: gone, not only moved to the deleted items
POST /control/moves           {"mailbox","id" in any spelling,"folder"} -> the message as in the list
POST /control/attachments     {"mailbox","id","attachment"} -> 201. MIME cannot carry a referenceAttachment; this can:
    {"@odata.type": "#microsoft.graph.referenceAttachment", "name", "contentType"?, "contentBytes"?: base64,
    "isInline"?, "contentId"?}. The bytes of an itemAttachment are MIME.

POST /control/faults          a fault or a list of them. GET lists what is waiting, DELETE clears.
    {"service": "graph"|"entra"|"netsuite"|"webhooks", "method"?, "path"?: glob on the real host's path
    ("/v1.0/users/*/messages/*"), "status"?, "headers"?, "body"?, "delay_ms"?, "cut"?: true,
    "cut_after"?: bytes of the body that still arrive (not Entra), "times"?, "probability"?,
    "after"?: true (act, then lose the answer)}. Parts of a $batch meet the faults of their own addresses too.

GET /control/requests         DELETE resets. Outlook's own requests are not counted.
    -> {"routes": [{"service","method","route","mailbox","access": "delegated"|"application","grant","batched",
    "count"}],
    "peaks": [{"mailbox","concurrent": the most in flight at once,"throttled": how many were refused with 429}]}
    For NetSuite "mailbox" is "netsuite:" and the account's id. Token requests are counted too, but take no seat.
GET /control/notifications    DELETE resets the figures, which count notifications, but for posts
    -> {"posts","sent","delivered","failed","dropped","waiting","held","endpoints": [{"host","state"}]}
GET /control/notifications?settled=true&wait=     -> {"settled": bool}: nothing waits and nothing is in flight, at the
    latest after `wait` seconds (0). What is held does not count, what is to be retried does.
GET /control/subscriptions    -> {"subscriptions": [{"id","app","tenant","mailbox","folder","changeType",
    "notificationUrl","lifecycleNotificationUrl","expirationDateTime","immutableIds","authorised"}]}
GET /control/ledger           what NetSuite's accounts hold; each entry has "service": "netsuite" and "account"
    -> {"records": [{"type","id","name","email"?,"number"?,"externalId"?}],
    "emails": [{"id","externalId","record": {"type","id"},"subject","author": {"id","email"},
    "recipient": {"id","email"},"cc","bcc","date","incoming","emailed","body",
    "files": [{"id","name","size","sha256"}]}],
    "files": [{"id","name","folder","size","sha256","attachedTo": [{"type","id"}]}]}
GET /control/webhooks         DELETE forgets
    -> {"heard": [{"at","path","headers" (names in small letters),"body"}]} of the receiver, the oldest first
POST /control/netsuite        {"account"?,"certificateId","clientId","certificate": PEM of it or of its public key, or
    null to take it away} or {"account"?,"tokenPair": {"consumerKey","token","consumerSecret","tokenSecret"}}
    -> 201 {"account","certificates": ids}. Accounts go by id or by label; Contoso's where none is named.

GET /control/world            -> {"people", "mailboxes", "rights"}
POST /control/world           any of the following, done in this order
    "reset": true             everything as at the start
    "rights": [{"person","mailbox","right": "full"|"delegate"|"sendAs"|"sendOnBehalf"|"none","write"?,"folders"?}]
                              adds or replaces that right; "none" takes all rights on that mailbox away
    "consent": {"tenant"?, "app"?, "delegated"?, "application"?, "fence"?: {"roles","mailboxes"}, "accessPolicy"?}
                              replaces what is named; Contoso and Affix where none is named. The fence is RBAC for
                              Applications: its roles are in no token and hold for its mailboxes only. The access
                              policy is a list of mailboxes, or null for none.
    "userPurpose": {mailbox: purpose}    "inactive": {mailbox: bool}    "enabled": {person: bool}
    "rotateKeys": true        a new signing key; the one before stays published, the one before that does not
    "revoke": person(s)       sessions end: refresh tokens and earlier tokens are refused (Graph challenges the apps
                              that declared cp1; others keep their Graph tokens until these expire)
    "claimsChallenge": person(s)         Graph challenges earlier tokens of apps that declared cp1
    "expireTokens": person(s)            earlier Graph tokens count as expired
    "mfa": person(s) or {person: bool}   sign-in needs a token with "mfa" in amr
    "block": person(s) or {person: bool} conditional access refuses, and nothing helps
    "throttling": {"concurrency"?: 4, "requests"?: 10000, "window"?: 600 seconds, "retryAfter"?: seconds, or null for no
                              header, "retryAfterForm"?: "seconds" or "date"}, per application and mailbox
    "latency_ms": number or [least, most] that each request to Graph takes, and keeps its seat at the mailbox
    "tokenLifetime": [least, most] seconds    "refreshLifetime": seconds    "advance": seconds that the clock jumps
    "certificate": {"app"?, "pem"}       "redirects": {"app"?, "uris"}       "secrets": {"app"?, "values"}
    "netsuite": how an account behaves, or a list of such: "account"? and any of
        "limit": requests at once (5)                     "latency_ms": number or [least, most] of each request
        "withhold", "grant": permission(s) of the role that it loses or has again, "Contacts" or only the level
                                  "Contacts (Create)" and those above it; "grant": true gives all back
        "expireTokens": true      access tokens given so far are not good any more
        "restletInstalled": false         "messagesRemovable": false
    "delta": how change tracking of folders behaves, any of
        "expire": true or a mailbox   the links given so far are not good any more
        "refusal": "gone" (410, the usual), "badRequest" (400) or "resync" (410 with another code)
        "sparse": false               whole messages come, not only the properties that changed
        "hole": true                  what moved out of a folder and back in is missed, under immutable ids
        "emptyPages": n               so many before each page that holds something
        "replays": n                  so many messages come again in every round
        "movedInPassesFilter": false  a message of before the filter's date that is moved in stays unseen
        "countsAhead": true           folders count a message as soon as it is announced, although it cannot be read yet
        "filterLimit": 5000           "lifetime", "nextLinkLifetime": seconds
    "reach": {"https://affix.example": "http://localhost:4101"}   addresses that begin so are asked there instead; null
                              takes that back. It outlives a reset.
    "subscriptions": {"mostPerMailbox"?: 1000, "longestGranted"?: minutes; a longer wish is cut short}
    "notifications": how they behave, any of
        "drop": share of them that is never sent          "duplicate": how often each is sent (1)
        "delay_ms": [least, most] for each                "shuffle": true    they overtake each other
        "before_get": true or milliseconds                for so long after it, its message is not found (300)
        "hold": true, later "release": true               none goes out meanwhile
        "mixed": true             strangers' notifications, and false ones, are in every POST
        "updatedAfterCreated": true   whoever wants both hears of an update too when a message is new
        "batch": the most in one POST (50)                "seed": of all chance
        "base": seconds before the first retry (10), then doubled, for up to 4 hours
        "compress": divides all documented times: 3 s for an answer and 10 s on retries and in the handshake, the base,
                                  the 4 hours, the 10 minutes of the states
        "states": false           slow hosts are forgiven: otherwise after more than 10 % of answers over 3 s in 10
                                  minutes all is 10 minutes late, and after 15 % over 10 s all is lost for 10 minutes
        "judgedFrom": answers of a host (10) before it is judged
        "reauthoriseWithin": seconds (3600) from reauthorizationRequired until notifications are lost
    "lifecycle": {subscription or mailbox: "reauthorizationRequired"|"subscriptionRemoved"|"missed"}
"""

from tests.simulator.control.endpoint import create_control

__all__ = ["create_control"]
