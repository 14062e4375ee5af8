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
    sent = conversations.with_files_from(connection, senders[0], before, conversation.MOST_TITLES)
    quoted = next((each for each in sent if conversation.quotes_title(contents, each[2])), None)
    return conversation.Conversation(
        answered=next((answers[each] for each in named if each in answers), None),
        followed=conversation.EarlierMail(*followed) if followed else None,
        quoted=conversation.EarlierMail(*quoted[:2]) if quoted else None,
        last=conversation.EarlierMail(*sent[0][:2]) if sent else None,
        reported=tuple(conversations.units_reported_from(connection, senders[0], before)),
    )
