"""Raw MIME in, a readable message out, in little memory and in time linear in its size.

    structure.py  where each part begins and ends
    headers.py    header blocks, encoded words, addresses, dates, parameters
    decoding.py   transfer encodings and character sets
    message.py    bodies, attachments, hashes: what the rest of the service uses

Mail is hostile: nothing here raises because of what a message contains. What is beyond the limits comes back with
`too_complex` set and its hash known, so that it can still be kept as it came.
"""

from server.mail.base import Address
from server.mail.mime.message import Attachment, MimeMessage, open_message

__all__ = ["Address", "Attachment", "MimeMessage", "open_message"]
