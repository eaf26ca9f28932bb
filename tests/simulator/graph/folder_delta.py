"""Which folders are new: https://learn.microsoft.com/graph/api/mailfolder-delta"""

from dataclasses import replace

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call
from tests.simulator.graph.folders import counted, shown
from tests.simulator.graph.listing import page_size
from tests.simulator.graph.rounds import check_first, continued, option, options_of, page
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.syncing import SyncState


@of_mailbox("GET", "/mailFolders/delta")
def follow(call: Call) -> Answer:
    """A folder keeps its number for ever, which tells how far a client has come; that one is gone is told to nobody."""
    mailbox = access.mail(call)
    state = continued(call, mailbox, None)
    if state is None:
        check_first(call, {"$select", "$top"}, "MailFolders")
        state = SyncState(mailbox, None, options_of(call), page_size(call), 0, 0)
    if state.told is None:
        hidden = option(state, "includeHiddenFolders").lower() == "true"
        new = [
            folder
            for folder in mailbox.folders[max(state.since, 1) :]
            if not folder.is_gone and (hidden or not folder.hidden)
        ]
        state = replace(state, upto=len(mailbox.folders), told=tuple(new))
    as_first, counts = replace(call, query_string=state.options), counted(call, mailbox)
    return page(call, state, "mailFolder", lambda _: True, lambda folder: shown(as_first, mailbox, folder, counts))
