"""Reads a mail as Python's email package does, opens its workbooks with
openpyxl, and prints what is in it as JSON."""
import email
import email.policy
import hashlib
import io
import json
import sys

import openpyxl

raw = open(sys.argv[1], "rb").read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
defects = [str(d) for part in mail.walk() for d in part.defects]
defects += [str(d) for part in mail.walk() for value in part.values() for d in value.defects]
attachments = []
for part in mail.iter_attachments():
    content = part.get_content()
    content = content.encode() if isinstance(content, str) else content
    facts = {"name": part.get_filename(), "type": part.get_content_type(), "sha256": hashlib.sha256(content).hexdigest()}
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        facts["cells"] = sorted({str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None})
    attachments.append(facts)
print(json.dumps({
    "headers": {key: str(value) for key, value in mail.items()},
    "sha256": hashlib.sha256(raw).hexdigest(),
    "defects": defects,
    "text": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
    "html": mail.get_body(("html",)).get_content().replace("\r\n", "\n"),
    "attachments": attachments,
}))
