"""The conversation that a mail of words goes on with, looked up in the ledger."""

from collections.abc import Sequence

import sqlalchemy as sa

from intake import conversation
from roll import letters, mails
from storage import conversations


def of_mail(
    connection: sa.Connection,
    contents: mails.Contents,
    before: conversations.Before,
    ours: Sequence[letters.OurLetter] = (),
) -> conversation.Conversation:
    """Return what a mail goes on with; nothing is looked up for a mail that brings a workbook.

    `ours` are the letters of ours that it names.
    """
    senders = contents.headers.from_addresses
    if contents.readings or len(senders) != 1:
        return conversation.Conversation()
    named = conversation.thread(contents.headers)
    answers = {letter.message_id: letter for letter in ours if letter.queued_at <= before.instant}
    earlier = conversations.mails_named(connection, named, before) if named else {}
    followed = next((earlier[each] for each in named if each in earlier), None)
    last = conversations.last_with_a_file(connection, senders[0], before)
    return conversation.Conversation(
        answered=next((answers[each] for each in named if each in answers), None),
        followed=conversation.EarlierMail(*followed) if followed else None,
        last=conversation.EarlierMail(*last) if last else None,
        reported=tuple(conversations.units_reported_from(connection, senders[0], before)),
    )
