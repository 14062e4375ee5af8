"""A mail comes in and is understood: mailbox, message, attachments, which unit, which outcome."""
