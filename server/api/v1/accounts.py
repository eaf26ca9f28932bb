"""Accounts: mailboxes that a program uses, each under an id that it chose."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint

from server.accounts import adding, changing, handing_out, verifying
from server.accounts.adding import Hook
from server.accounts.proving import Proof
from server.api.errors import of_mail
from server.api.guard import services
from server.api.v1.account_shapes import (
    AccessToken,
    AccountAdded,
    AccountFields,
    AccountList,
    AccountPage,
    AccountRequest,
    AccountShown,
    AccountUpdate,
    Deleted,
    Findings,
    Flushed,
    FlushRequest,
    Named,
    Reconnected,
    Synced,
    Trial,
    Verified,
    VerifyRequest,
)
from server.api.v1.guard import about, holder, need, needs
from server.api.v1.share import Share
from server.errors import AffixError, Busy, Invalid
from server.mail.base import MailError

ONE = "/account/<account>"
CROWDED = "Too many accounts are being verified already. Try again in a moment."


def routes(v1: APIBlueprint) -> None:
    share = Share(CROWDED)

    @v1.post("/account")
    @needs("accounts")
    @v1.input(AccountRequest)
    @v1.output(AccountAdded)
    def add_account(json_data: AccountRequest) -> dict[str, Any]:
        """Add a mailbox: with a main account's right, tokens of the program's own, or what the tenant granted to
        Affix. That it may be read is proven before. The same id again gives the account another way to its mailbox.
        """
        _refuse_imap(json_data)
        asked = json_data.asked(json_data.account or "")
        about(asked.account or None)
        oauth2 = json_data.oauth2
        if oauth2 and oauth2.authorize:
            return adding.link(services(), holder().tenant_id, asked, oauth2.redirect_url, holder().name)
        return adding.add(services(), holder().tenant_id, asked, oauth2 is not None, _hook(json_data))

    @v1.get(ONE)
    @needs("accounts")
    @v1.output(AccountShown)
    def show_account(account: str) -> dict[str, Any]:
        """One account, as it is now."""
        return changing.one(services(), holder().tenant_id, account)

    @v1.put(ONE)
    @needs("accounts")
    @v1.input(AccountUpdate)
    @v1.output(Named)
    def change_account(account: str, json_data: AccountUpdate) -> dict[str, Any]:
        """Another name, who may sign in, new tokens, another main account. What is not named stays as it is."""
        _refuse_imap(json_data)
        return adding.change(services(), holder().tenant_id, account, json_data.change(account), _hook(json_data))

    @v1.delete(ONE)
    @needs("accounts")
    @v1.output(Deleted)
    def delete_account(account: str) -> dict[str, Any]:
        """Delete it, unless others have it as their main account. The mailbox itself stays as it is."""
        changing.remove(services(), holder().tenant_id, account)
        return {"account": account, "deleted": True}

    @v1.get("/accounts")
    @needs("accounts")
    @v1.input(AccountPage, location="query")
    @v1.output(AccountList)
    def list_accounts(query_data: AccountPage) -> dict[str, Any]:
        """All accounts, or those in one state, page by page."""
        asked = query_data
        return changing.listed(
            services(), holder().tenant_id, asked.page, asked.page_size, asked.state, asked.query or None
        )

    @v1.put(f"{ONE}/pause")
    @needs("accounts")
    @v1.output(AccountShown)
    def pause_account(account: str) -> dict[str, Any]:
        """Read, send and tell nothing for it, until it is resumed."""
        return changing.pause(services(), holder().tenant_id, account)

    @v1.put(f"{ONE}/resume")
    @needs("accounts")
    @v1.output(AccountShown)
    def resume_account(account: str) -> dict[str, Any]:
        """Go on. What came meanwhile is found."""
        return changing.resume(services(), holder().tenant_id, account)

    @v1.put(f"{ONE}/reconnect")
    @needs("accounts")
    @v1.output(Reconnected)
    def reconnect_account(account: str) -> dict[str, Any]:
        """Try at once whether the mailbox may be read, and have it looked at and announced anew."""
        return {"reconnect": True, **changing.reconnect(services(), holder().tenant_id, account)}

    @v1.put(f"{ONE}/sync")
    @needs("accounts")
    @v1.output(Synced)
    def sync_account(account: str) -> dict[str, Any]:
        """Look at every folder of the mailbox as soon as a worker is free."""
        changing.sync(services(), holder().tenant_id, account)
        return {"sync": True}

    @v1.put(f"{ONE}/flush")
    @needs("accounts")
    @v1.input(FlushRequest)
    @v1.output(Flushed)
    def flush_account(account: str, json_data: FlushRequest) -> dict[str, Any]:
        """Forget how far each folder was read, and read everything anew. What was told once is not told again."""
        if json_data.flush:
            changing.flush(services(), holder().tenant_id, account, json_data.notify_from)
        return {"flush": json_data.flush}

    @v1.get(f"{ONE}/oauth-token")
    @needs("accounts")
    @v1.output(AccessToken)
    def hand_out_token(account: str) -> dict[str, Any]:
        """An access token for Graph, where the operator lets programs have them. It reads and sends."""
        need("read")
        need("send")
        return handing_out.token_of(services(), holder().tenant_id, account)

    @v1.post(f"{ONE}/verify")
    @needs("accounts")
    @v1.input(Trial)
    @v1.output(Findings)
    def prove_account(account: str, json_data: Trial) -> dict[str, Any]:
        """Whether the account works: its state is connected, its folders can be read, a message to itself goes out, and
        the webhook for new messages is told of that. Answers when all is known, or the time is over.
        """
        if {"send", "webhook"} & set(json_data.checks):
            need("send")
        with share.taken():
            found = verifying.verify(services(), holder().tenant_id, account, json_data.checks, json_data.timeout)
            checks = [asdict(each) for each in found]
        return {"account": account, "ok": all(each["ok"] for each in checks), "checks": checks}

    @v1.post("/verifyAccount")
    @needs("accounts")
    @v1.input(VerifyRequest)
    @v1.output(Verified)
    def verify_account(json_data: VerifyRequest) -> dict[str, Any]:
        """Whether such an account could be added, with the reason if not. Nothing is stored."""
        _refuse_imap(json_data)
        try:
            return _verified(adding.verify(services(), holder().tenant_id, json_data.asked("")))
        except Busy:
            raise
        except MailError as error:
            raise of_mail(error) from None
        except AffixError as error:
            return {"success": False, "error": error.message, "code": error.code}


def _hook(asked: AccountFields) -> Hook | None:
    if asked.hook is not None:
        need("webhooks")
    return asked.hook


def _verified(proof: Proof) -> dict[str, Any]:
    return {"success": True, "user": proof.who, "mailbox": proof.wish.address}


def _refuse_imap(asked: AccountFields) -> None:
    if asked.is_of_imap:
        raise Invalid("Affix connects mailboxes of Microsoft 365: use oauth2, not imap or smtp.", code="OnlyMicrosoft")
