"""The shelf of routes: a file a noun. This page is the contract of its files.

A file binds ``router`` to an ``APIRouter``; its paths stand below ``/api/v1``. Every route declares
who may call it, by ``dependencies=[needs("market:read")]`` or ``[open_to_all()]`` of
``lastro.api.guard``, and answers with what ``lastro.api.answering`` makes: bytes, an ETag that
follows from table versions, and how old and from where the figures are.
"""
