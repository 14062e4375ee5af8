"""The conversation that a mail of words goes on with, looked up in the ledger and the outbox."""

import sqlalchemy as sa

from intake import conversation
from roll import mails
from storage import conversations


def of_mail(
    connection: sa.Connection, contents: mails.Contents, before: conversations.Before
) -> conversation.Conversation:
    """Return what a mail goes on with; nothing is looked up for a mail that brings a workbook."""
    senders = contents.headers.from_addresses
    if contents.readings or len(senders) != 1:
        return conversation.Conversation()
    named = conversation.thread(contents.headers)
    letters = conversations.letters_named(connection, named, before) if named else {}
    earlier = conversations.mails_named(connection, named, before) if named else {}
    answered = next((letters[each] for each in named if each in letters), None)
    followed = next((earlier[each] for each in named if each in earlier), None)
    last = conversations.last_with_a_file(connection, senders[0], before)
    return conversation.Conversation(
        answered=conversation.OurLetter(answered.kind, answered.campaign, answered.unit, answered.mail_id)
        if answered
        else None,
        followed=conversation.EarlierMail(*followed) if followed else None,
        last=conversation.EarlierMail(*last) if last else None,
        reported=tuple(conversations.units_reported_from(connection, senders[0], before)),
    )
