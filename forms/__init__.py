"""What an office asks for, and a filled workbook read against it. Pure: files come and go as bytes."""
